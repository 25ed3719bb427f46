// Keeps the end of a log in sight, unless the reader has scrolled away from it on purpose.
export function toEnd(box) {
  if (!box?.isConnected) return;
  if (!box.dataset.watched) {
    box.dataset.watched = 'true';
    box.addEventListener('scroll', () => { box.dataset.away = String(box.scrollHeight - box.scrollTop - box.clientHeight > 60); }, { passive: true });
  }
  if (box.dataset.away === 'true') return;
  requestAnimationFrame(() => { box.scrollTop = box.scrollHeight; });
}
