// Small helpers that work on every page, with or without a circuit. Everything here is by delegation, so that it needs no
// wiring when Blazor exchanges parts of the page.
const copied = 'copied';

document.addEventListener('click', async event => {
  const copy = event.target.closest('[data-copy]');
  if (copy) {
    event.preventDefault();
    await copyText(copy.dataset.copy);
    copy.classList.add(copied);
    setTimeout(() => copy.classList.remove(copied), 1200);
    announce('Copied');
    return;
  }
  const theme = event.target.closest('[data-set-theme]');
  if (theme) setTheme(theme.dataset.setTheme);
  // A choice in a drawer or a menu closes it.
  const link = event.target.closest('[popover] a');
  if (link) link.closest('[popover]').hidePopover();
});

async function copyText(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

function announce(words) {
  const live = document.getElementById('announcer');
  if (live) live.textContent = words;
}

function setTheme(theme) {
  const root = document.documentElement;
  const year = 60 * 60 * 24 * 365;
  if (theme === 'system') {
    delete root.dataset.theme;
    document.cookie = 'theme=; path=/; max-age=0; samesite=lax';
  } else {
    root.dataset.theme = theme;
    document.cookie = `theme=${theme}; path=/; max-age=${year}; samesite=lax`;
  }
  markTheme();
}

function markTheme() {
  const now = document.documentElement.dataset.theme ?? 'system';
  for (const button of document.querySelectorAll('[data-set-theme]'))
    button.setAttribute('aria-pressed', String(button.dataset.setTheme === now));
}

document.addEventListener('toggle', markTheme, true);
document.getElementById('blazor-error-ui')?.querySelector('.reload')?.addEventListener('click', event => {
  event.preventDefault();
  location.reload();
});

// Times grow older here, not on the server. Shared/Text/Words.cs says them in the same way.
const skew = Number(document.querySelector('meta[name="server-time"]')?.content ?? Date.now()) - Date.now();

function relative(seconds) {
  const size = Math.abs(seconds);
  if (size < 5) return 'now';
  const words = size < 60 ? `${Math.floor(size)} s`
    : size < 3600 ? `${Math.floor(size / 60)} min`
    : size < 172800 ? `${Math.floor(size / 3600)} h`
    : `${Math.floor(size / 86400)} d`;
  return seconds > 0 ? `${words} ago` : `in ${words}`;
}

function duration(seconds) {
  const two = n => String(Math.floor(n)).padStart(2, '0');
  if (seconds < 9.95) return `${Math.max(0, seconds).toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h ${two(seconds / 60 % 60)} min`;
  return `${Math.floor(seconds / 86400)} d ${Math.floor(seconds / 3600 % 24)} h`;
}

// The text node itself is Blazor's: only its value may change.
function say(element, words) {
  const text = element.firstChild;
  if (text?.nodeType === Node.TEXT_NODE && text.nodeValue !== words) text.nodeValue = words;
}

// The exact time in the reader's own zone and in UTC, which everybody shares.
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const dayAndClock = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

function tellZone(time) {
  if (time.dataset.told === time.dateTime) return;
  const at = new Date(time.dateTime);
  if (Number.isNaN(at.getTime())) return;
  time.dataset.told = time.dateTime;
  time.title = `${exact.format(at)}\n${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  if (time.dataset.local === 'clock') say(time, clock.format(at));
  else if (time.dataset.local === 'day') say(time, dayAndClock.format(at));
  else if (time.dataset.local === 'exact') say(time, exact.format(at));
}

setInterval(() => {
  if (document.hidden) return;
  const now = Date.now() + skew;
  for (const time of document.querySelectorAll('time[datetime]')) tellZone(time);
  for (const time of document.querySelectorAll('time[data-relative]')) say(time, relative((now - Date.parse(time.dateTime)) / 1000));
  for (const span of document.querySelectorAll('[data-since]')) say(span, duration((now - Date.parse(span.dataset.since)) / 1000));
}, 1000);

// Charts tell moments in UTC, as the server knows them; who points at one reads them in their own zone.
document.addEventListener('pointerover', event => {
  const title = event.target.closest?.('svg *')?.querySelector(':scope > title');
  if (title) say(title, title.textContent.replace(/(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC/g, (_, day, time) => exact.format(new Date(`${day}T${time}Z`))));
});

// Ctrl+Enter in a form's field presses the button that the form names.
document.addEventListener('keydown', event => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest('[data-ctrl-enter]');
  if (!form) return;
  event.preventDefault();
  // What was typed is not told before the field is left.
  if (event.target.matches('input, select, textarea')) event.target.dispatchEvent(new Event('change', { bubbles: true }));
  document.querySelector(form.dataset.ctrlEnter)?.click();
});

// A file that is dropped anywhere on an area goes to the file field that the area names. Without this a browser leaves the page for the file.
const areaOf = event => event.dataTransfer?.types.includes('Files') ? event.target.closest?.('[data-drop-into]') : null;
document.addEventListener('dragover', event => {
  const area = areaOf(event);
  if (!area) return;
  event.preventDefault();
  area.classList.add('over');
});
document.addEventListener('dragleave', event => {
  const area = areaOf(event);
  if (area && !area.contains(event.relatedTarget)) area.classList.remove('over');
});
document.addEventListener('drop', event => {
  const area = areaOf(event);
  const field = area && document.querySelector(area.dataset.dropInto);
  if (!field) return;
  event.preventDefault();
  area.classList.remove('over');
  field.files = event.dataTransfer.files;
  field.dispatchEvent(new Event('change', { bubbles: true }));
});

// Sliders stand beside number fields, which work without a script: each moves the other. With two shares, the second is what the first leaves.
document.addEventListener('input', event => {
  const slider = event.target.closest('[data-slides]');
  const field = slider ? document.getElementById(slider.dataset.slides) : event.target.closest('[data-share]');
  if (!field) return;
  if (slider) field.value = slider.value;
  const fields = [...field.form.querySelectorAll('[data-share]')];
  if (fields.length === 2) fields.find(other => other !== field).value = String(Math.round((100 - Number(field.value)) * 100) / 100);
  for (const other of field.form.querySelectorAll('[data-slides]')) other.value = document.getElementById(other.dataset.slides).value;
});
