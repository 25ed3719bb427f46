// The palette of commands: Ctrl+K on any page that a signed-in person has open, with a circuit or without. It asks the server's
// index and is worked by the keyboard alone. It is built when it is first wanted, outside of what Blazor draws.
const recentKey = 'recent';
const mostRecent = 8;
let palette, input, list, asked, chosen = -1, timer;

function build() {
  palette = document.createElement('dialog');
  palette.className = 'palette';
  palette.setAttribute('aria-label', 'Search and commands');
  palette.innerHTML = `<input type="text" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list" aria-label="Search everything"
    placeholder="Search pipelines, jobs, endpoints, pages, commands…" autocomplete="off" spellcheck="false">
    <ul id="palette-list" role="listbox" aria-label="What was found"></ul>
    <footer><span><kbd>↑</kbd> <kbd>↓</kbd> choose</span><span><kbd>Enter</kbd> open</span><span><kbd>Ctrl</kbd> <kbd>Enter</kbd> in a new tab</span><span><kbd>Tab</kbd> all results</span><span><kbd>Esc</kbd> close</span></footer>`;
  document.body.append(palette);
  input = palette.querySelector('input');
  list = palette.querySelector('ul');
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 60);
  });
  palette.addEventListener('keydown', press);
  palette.addEventListener('click', event => {
    if (event.target === palette) palette.close();
    const option = event.target.closest('[role=option]');
    if (option) go(option.dataset.href, event.ctrlKey || event.metaKey);
  });
  palette.addEventListener('mousemove', event => {
    const option = event.target.closest('[role=option]');
    if (option) choose([...options()].indexOf(option), false);
  });
}

function open() {
  if (!document.querySelector('[data-palette]')) return;
  if (!palette?.isConnected) build();
  if (palette.open) return;
  input.value = '';
  list.replaceChildren();
  palette.showModal();
  input.focus();
  ask();
}

function press(event) {
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
  if (step) {
    event.preventDefault();
    const all = options();
    if (all.length) choose(Math.abs(step) === 1 ? (chosen + step + all.length) % all.length : Math.min(all.length - 1, Math.max(0, chosen + step)));
  } else if (event.key === 'Enter') {
    event.preventDefault();
    // What was typed last is what is meant: it is asked for at once, and an answer that is still on its way is waited for.
    const newTab = event.ctrlKey || event.metaKey;
    if (timer) {
      clearTimeout(timer);
      ask();
    }
    asked?.then(() => {
      const option = options()[chosen];
      if (option) go(option.dataset.href, newTab);
    });
  } else if (event.key === 'Tab' && input.value.trim()) {
    event.preventDefault();
    go(`/search?q=${encodeURIComponent(input.value.trim())}`);
  }
}

// A page in the same cloud is gone to as by any link; another cloud starts a new document, so that nothing of this one stays.
function go(href, newTab = false) {
  palette.close();
  if (newTab) {
    window.open(href, '_blank', 'noopener');
    return;
  }
  const [here, there] = [new URL(location.href), new URL(href, location.origin)];
  if (here.searchParams.get('cloud') !== there.searchParams.get('cloud')) {
    location.assign(href);
    return;
  }
  const plain = document.createElement('a');
  plain.href = href;
  plain.hidden = true;
  document.body.append(plain);
  plain.click();
  plain.remove();
}

let turn = 0;
function ask() {
  timer = undefined;
  const mine = ++turn;
  const words = input.value.trim();
  asked = fetch(`/search/find?q=${encodeURIComponent(words)}`, { headers: { accept: 'application/json' } })
    .then(answer => answer.ok ? answer.json() : Promise.reject(new Error(`The portal answered ${answer.status}.`)))
    .then(found => { if (mine === turn) show(words, found); })
    .catch(fault => { if (mine === turn) say(fault.message); });
}

function show(words, found) {
  const rows = [];
  if (!words) {
    const recent = read();
    if (recent.length) rows.push(heading('Where you were'), ...recent.map(r => option({ kind: 'Page', title: r.title, href: r.href }, [])));
    if (found.length) rows.push(heading('What changed last'));
  }
  const terms = words.toLowerCase().split(/\s+/).filter(t => t);
  rows.push(...found.map(f => option(f, terms)));
  if (!rows.length) return say('Nothing is called so. Parts of names do, and first letters of words.');
  list.replaceChildren(...rows);
  choose(0);
}

function say(words) {
  const line = document.createElement('li');
  line.className = 'none';
  line.setAttribute('role', 'presentation');
  line.textContent = words;
  list.replaceChildren(line);
  choose(-1);
}

function heading(words) {
  const line = document.createElement('li');
  line.setAttribute('role', 'presentation');
  line.textContent = words;
  return line;
}

let number = 0;
function option(found, terms) {
  const item = document.createElement('li');
  item.id = `palette-${++number}`;
  item.setAttribute('role', 'option');
  item.dataset.href = found.href;
  const title = part(item, 'title');
  mark(title, found.title, terms);
  const about = [found.detail, found.cloud].filter(t => t).join(' · ');
  if (about) title.append(Object.assign(document.createElement('small'), { textContent: about }));
  const kind = part(item, 'kind');
  kind.textContent = found.kind;
  item.prepend(kind);
  const side = part(item, 'side');
  if (found.status) {
    const dot = part(side, `dot ${found.tone}`);
    dot.setAttribute('aria-hidden', 'true');
    side.append(found.status);
  }
  return item;
}

function part(parent, name) {
  const span = document.createElement('span');
  span.className = name;
  parent.append(span);
  return span;
}

function mark(target, text, terms) {
  const lower = text.toLowerCase();
  const term = terms.find(t => lower.includes(t));
  const at = term ? lower.indexOf(term) : -1;
  if (at < 0) {
    target.append(text);
    return;
  }
  target.append(text.slice(0, at), Object.assign(document.createElement('mark'), { textContent: text.slice(at, at + term.length) }), text.slice(at + term.length));
}

const options = () => list.querySelectorAll('[role=option]');

function choose(index, scroll = true) {
  const all = options();
  all[chosen]?.setAttribute('aria-selected', 'false');
  for (const other of all) other.setAttribute('aria-selected', 'false');
  chosen = all.length ? index : -1;
  const now = all[chosen];
  now?.setAttribute('aria-selected', 'true');
  if (now) input.setAttribute('aria-activedescendant', now.id);
  else input.removeAttribute('aria-activedescendant');
  if (scroll) now?.scrollIntoView({ block: 'nearest' });
}

// Where this browser was last, for an empty palette. The title is Blazor's, which sets it a moment after the address.
function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(recentKey) ?? '[]');
    return Array.isArray(kept) ? kept.filter(r => typeof r?.href === 'string' && r.href.startsWith('/') && typeof r.title === 'string').slice(0, mostRecent) : [];
  } catch {
    return [];
  }
}

function remember() {
  if (!document.querySelector('[data-palette]')) return;
  const title = document.title.replace(/ · MLOps Portal$/, '');
  const href = location.pathname + location.search;
  // A list is a page that the palette finds anyway; what somebody worked on is a thing.
  if (!title || location.pathname.split('/').filter(p => p).length < 2) return;
  try {
    localStorage.setItem(recentKey, JSON.stringify([{ title, href }, ...read().filter(r => new URL(r.href, location.origin).pathname !== location.pathname)].slice(0, mostRecent)));
  } catch { /* A browser that keeps nothing has no recent places. */ }
}
new MutationObserver(remember).observe(document.head, { childList: true, subtree: true, characterData: true });
remember();

document.addEventListener('keydown', event => {
  if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== 'k') return;
  if (!document.querySelector('[data-palette]')) return;
  event.preventDefault();
  if (palette?.open) palette.close();
  else open();
});
document.addEventListener('click', event => {
  if (event.target.closest('[data-palette]')) open();
});
