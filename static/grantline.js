// Grantline in the browser. Every page works without this file; here it only becomes pleasant.
// All words come from the page (data attributes), so that a translation never touches this file.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const language = document.documentElement.lang || 'en';
const openedAt = () => (document.visibilityState === 'visible' ? performance.now() : Infinity);

// One polite live region of our own, for words that have no visible place.
const announcer = document.createElement('p');
announcer.className = 'vh';
announcer.setAttribute('role', 'status');
document.body.append(announcer);
const announce = (words) => {
  announcer.textContent = '';
  if (words) setTimeout(() => { announcer.textContent = words; }, 60);
};

// A double click that began on another page must not approve anything here.
let visibleSince = openedAt();
document.addEventListener('visibilitychange', () => { visibleSince = openedAt(); });
window.addEventListener('pageshow', () => { visibleSince = openedAt(); });
const tooSoon = () => performance.now() - visibleSince < 600;

function guard(form) {
  form.addEventListener('submit', (event) => { if (tooSoon()) event.preventDefault(); });
}

// <button data-needs="tick-id" data-why="sentence-id">: greyed, focusable, and it says why until the box is ticked.
function needsTick(button) {
  const tick = document.getElementById(button.dataset.needs);
  const why = document.getElementById(button.dataset.why);
  if (!tick || !why) return;
  const show = () => {
    why.hidden = tick.checked;
    if (tick.checked) {
      button.removeAttribute('aria-disabled');
      button.removeAttribute('aria-describedby');
    } else {
      button.setAttribute('aria-disabled', 'true');
      button.setAttribute('aria-describedby', why.id);
    }
  };
  tick.addEventListener('change', show);
  button.addEventListener('click', (event) => {
    if (tick.checked) return;
    event.preventDefault();
    announce(why.textContent);
    tick.focus();
  });
  window.addEventListener('pageshow', show);
  show();
}

// <button hidden data-copy="#id" data-copied="Copied">: shown only where it works.
async function copy(button) {
  const source = document.querySelector(button.dataset.copy);
  const text = source?.dataset.value ?? source?.textContent.trim() ?? '';
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    getSelection().selectAllChildren(source);
    if (!document.execCommand('copy')) return;
    getSelection().removeAllRanges();
  }
  const label = button.querySelector('[data-label]') ?? button.firstChild;
  const before = label.textContent;
  if (before === button.dataset.copied) return;
  label.textContent = button.dataset.copied;
  announce(button.dataset.copied);
  setTimeout(() => { label.textContent = before; }, 2000);
}

function togglePassword(button) {
  const field = document.getElementById(button.dataset.password);
  const shown = field.type === 'text';
  field.type = shown ? 'password' : 'text';
  button.textContent = shown ? button.dataset.show : button.dataset.hide;
  announce(shown ? button.dataset.hidden : button.dataset.shown);
}

// <time datetime>: "5 minutes ago" with the exact local time as a title; data-absolute keeps the local time itself.
const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
const exact = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
const dateOnly = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' });
const units = [['year', 31536e6], ['month', 2592e6], ['day', 864e5], ['hour', 36e5], ['minute', 6e4]];
function tellTime(element) {
  const at = Date.parse(element.dateTime);
  if (Number.isNaN(at)) return;
  if (element.dateTime.length === 10) {
    element.textContent = dateOnly.format(at);
    return;
  }
  if ('absolute' in element.dataset) {
    element.title = new Date(at).toISOString().replace('T', ' ').replace(/\..*/, ' UTC');
    element.textContent = exact.format(at);
    return;
  }
  const distance = at - Date.now();
  const [unit, size] = units.find(([, ms]) => Math.abs(distance) >= ms) ?? ['second', 1000];
  element.title = exact.format(at);
  element.textContent = relative.format(unit === 'second' ? 0 : Math.trunc(distance / size), unit);
}

// data-valid-until (ms), data-now (the server's ms, optional), data-left-60/-30/-10 and data-over: words to announce.
// Inside it, [data-countdown] shows the time left as m:ss.
function countDown(element) {
  const skew = element.dataset.now ? Number(element.dataset.now) - Date.now() : 0;
  const until = Number(element.dataset.validUntil) - skew;
  const shown = element.querySelector('[data-countdown]');
  let last = Infinity;
  const tick = () => {
    if (!element.isConnected) return clearInterval(timer);
    const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    if (shown) shown.textContent = `${Math.trunc(left / 60)}:${String(left % 60).padStart(2, '0')}`;
    const mark = [10, 30, 60].find((seconds) => left <= seconds && left > 0 && last > seconds && last !== Infinity);
    if (mark) announce(element.getAttribute(`data-left-${mark}`));
    if (left === 0 && last > 0) {
      if (last !== Infinity) announce(element.dataset.over);
      clearInterval(timer);
    }
    last = left;
  };
  const timer = setInterval(tick, 1000);
  tick();
}

// Everything above, for a page or for a fragment that has just arrived.
function enhance(root) {
  const find = (selector) => [...(root.matches?.(selector) ? [root] : []), ...all(selector, root)];
  find('form[data-guard]').forEach(guard);
  find('button[data-needs]').forEach(needsTick);
  find('button[data-copy], button[data-password]').forEach((button) => {
    button.hidden = false;
    button.addEventListener('click', () => ('copy' in button.dataset ? copy(button) : togglePassword(button)));
  });
  find('time[datetime]').forEach(tellTime);
  find('[data-valid-until]').forEach(countDown);
  find('[data-no-script]').forEach((element) => { element.hidden = true; });
}

// data-stream="/url": each `view` event carries elements with ids; each replaces the element with the same id.
// One that says by data-step that it is the same step as before is left alone: somebody may be filling it in.
// A live region (role=status) is changed in place, and only when its words change, so that it is announced once.
const seen = new Map();
function place(incoming) {
  const current = document.getElementById(incoming.id);
  if (!current || seen.get(incoming.id) === incoming.outerHTML) return;
  seen.set(incoming.id, incoming.outerHTML);
  if (current.dataset.step && current.dataset.step === incoming.dataset.step) return;
  if (current.getAttribute('role') === 'status') {
    current.className = incoming.className;
    if (current.textContent.trim() !== incoming.textContent.trim()) current.replaceChildren(...incoming.childNodes);
    return;
  }
  const focused = current.contains(document.activeElement) ? document.activeElement.id || current.id : null;
  current.replaceWith(incoming);
  enhance(incoming);
  if (focused === null) return;
  const target = document.getElementById(focused) ?? incoming;
  if (target === incoming) incoming.tabIndex = -1;
  target.focus({ preventScroll: true });
}

function follow(element) {
  const source = new EventSource(element.dataset.stream);
  source.addEventListener('view', (event) => {
    const fragment = new DOMParser().parseFromString(event.data, 'text/html').body;
    [...fragment.children].filter((child) => child.id).forEach((child) => place(document.adoptNode(child)));
  });
  source.addEventListener('end', () => source.close());
  window.addEventListener('pagehide', () => source.close());
  window.addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
}

// data-live="/url": the stream tells that something happened. When its type begins as one of data-live-kinds, and it is of
// data-live-of if that names anything, the page is fetched anew, and this element and those with data-live-along give way to what it brings
// under their ids: at most once a second, not while nobody looks, and not under somebody's hands; then it is offered.
const REST_MS = 1000;
const FIRST_RETRY_MS = 5000;
const RETRIES = 6;
const liveParts = (root = document) => all('[data-live], [data-live-along]', root);
const contentOf = (root) => liveParts(root).map((part) => part.innerHTML).join();
const isInUse = (part) => part.contains(document.activeElement)
  || (!getSelection().isCollapsed && getSelection().containsNode(part, true));

function keepUp({ dataset: live }) {
  const kinds = live.liveKinds.split(' ');
  let since = live.livePlace;
  let shown = contentOf(document);
  let source = null;
  let retries = 0;
  let isDue = false;
  let isBusy = false;
  let arrived = null;

  const show = () => {
    offer.remove();
    shown = contentOf(arrived);
    liveParts(arrived).forEach((part) => place(document.adoptNode(part)));
  };
  const offer = document.createElement('div');
  offer.className = 'notice info news';
  const button = document.createElement('button');
  button.className = 'button small';
  button.textContent = live.liveShow;
  button.addEventListener('click', () => {
    show();
    document.getElementById('main').focus({ preventScroll: true });
  });
  offer.append(live.liveOffer, button);

  const update = async () => {
    const answer = await fetch(location.href).then((page) => (page.ok ? page.text() : '')).catch(() => '');
    const page = new DOMParser().parseFromString(answer, 'text/html');
    if (!page.querySelector('[data-live]')) return;
    if (contentOf(page) === shown) return offer.remove();
    arrived = page;
    if (!liveParts().some(isInUse)) {
      show();
      announce(live.liveSaid);
    } else if (!offer.isConnected) {
      document.querySelector('[data-live]').before(offer);
      announce(live.liveOffer);
    }
  };
  const catchUp = async () => {
    if (isBusy) return;
    isBusy = true;
    while (isDue && !document.hidden) {
      isDue = false;
      await update();
      await new Promise((rested) => { setTimeout(rested, REST_MS); });
    }
    isBusy = false;
  };

  const close = () => {
    source?.close();
    source = null;
  };
  const listen = () => {
    if (source || document.hidden) return;
    source = new EventSource(`${live.live}?after=${since}`);
    source.addEventListener('open', () => { retries = 0; });
    source.addEventListener('message', (event) => {
      const { type, of } = JSON.parse(event.data);
      since = event.lastEventId;
      const isOurs = kinds.some((kind) => type.startsWith(kind)) && (!live.liveOf || live.liveOf === of);
      if (!isOurs && type !== 'changed') return;
      isDue = true;
      catchUp();
    });
    // What breaks off the browser opens again by itself; what is refused, or comes from a proxy alone, it does not.
    source.addEventListener('error', () => {
      if (source?.readyState !== EventSource.CLOSED) return;
      close();
      if (retries < RETRIES) setTimeout(listen, FIRST_RETRY_MS * 2 ** retries++);
    });
  };
  // Browsers hold few connections to one server at once: a page that nobody looks at needs none.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return close();
    listen();
    catchUp();
  });
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', listen);
  listen();
}

// Menus made of <details>: Escape and a press outside close them.
document.addEventListener('keydown', (event) => {
  const menu = event.key === 'Escape' && event.target.closest?.('details.menu[open]');
  if (!menu) return;
  menu.open = false;
  menu.querySelector('summary').focus();
});
document.addEventListener('click', (event) => {
  all('details.menu[open]').forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});

// It compares what the server sent, and so comes before anything is changed.
all('[data-live]').forEach(keepUp);
enhance(document);
all('[data-stream]').forEach(follow);
setInterval(() => all('time[datetime]').forEach(tellTime), 30000);
document.querySelector('.error-summary, [data-focus]')?.focus();
