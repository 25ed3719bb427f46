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
