// Which columns of a table are hidden: a choice of this browser, kept under the table's name. The rules are style sheets of
// their own, so that rows which come later are right from their first moment.
const sheet = new CSSStyleSheet();
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
const prefix = 'columns.';

/** Hidden columns of a table as [key, place] pairs; the place is the column's number when it was hidden. */
function read(table) {
  try {
    const kept = JSON.parse(localStorage.getItem(prefix + table) ?? '[]');
    return Array.isArray(kept) ? kept.filter(pair => Array.isArray(pair) && typeof pair[0] === 'string' && Number.isInteger(pair[1])) : [];
  } catch {
    return [];
  }
}

function write(table, hidden) {
  try {
    if (hidden.length > 0) localStorage.setItem(prefix + table, JSON.stringify(hidden));
    else localStorage.removeItem(prefix + table);
  } catch { /* A browser that keeps nothing shows every column. */ }
  apply();
}

function apply() {
  const rules = [];
  for (let i = 0; i < localStorage.length; i++) {
    const key = localStorage.key(i);
    if (!key.startsWith(prefix)) continue;
    const table = key.slice(prefix.length);
    for (const [, place] of read(table)) rules.push(`[data-table="${CSS.escape(table)}"] tr > :nth-child(${place}) { display: none !important; }`);
  }
  sheet.replaceSync(rules.join('\n'));
}

function places(table) {
  const heads = document.querySelectorAll(`[data-table="${CSS.escape(table)}"] thead th`);
  return new Map([...heads].map((head, i) => [head.dataset.col, i + 1]));
}

// A newer version of the portal may order its columns otherwise: the key is what was chosen, not the place.
function mend() {
  for (const shown of document.querySelectorAll('table[data-table]')) {
    const name = shown.dataset.table;
    const hidden = read(name);
    if (hidden.length === 0) continue;
    const now = places(name);
    const right = hidden.filter(([key]) => now.has(key)).map(([key]) => [key, now.get(key)]);
    if (JSON.stringify(right) !== JSON.stringify(hidden)) write(name, right);
  }
}

document.addEventListener('toggle', event => {
  const menu = event.target.closest?.('[data-columns-of]');
  if (!menu || event.newState !== 'open') return;
  mend();
  const hidden = new Set(read(menu.dataset.columnsOf).map(([key]) => key));
  for (const box of menu.querySelectorAll('[data-column]')) box.checked = !hidden.has(box.dataset.column);
}, true);

document.addEventListener('change', event => {
  const box = event.target.closest('[data-column]');
  const menu = box?.closest('[data-columns-of]');
  if (!menu) return;
  const table = menu.dataset.columnsOf;
  const hidden = read(table).filter(([key]) => key !== box.dataset.column);
  const place = places(table).get(box.dataset.column);
  if (!box.checked && place) hidden.push([box.dataset.column, place]);
  write(table, hidden);
});

document.addEventListener('click', event => {
  const menu = event.target.closest('[data-columns-all]')?.closest('[data-columns-of]');
  if (!menu) return;
  for (const box of menu.querySelectorAll('[data-column]')) box.checked = true;
  write(menu.dataset.columnsOf, []);
});

window.addEventListener('storage', apply);
try { apply(); } catch { /* Storage may be forbidden. */ }
setTimeout(mend, 2000);
