// Lists follow what happens: a stream says that something changed, and the list is asked for anew. It never
// takes away what somebody is typing, choosing or reading out: then it waits.
'use strict';
(function () {
  const LIST = '[data-live]';
  // After so many failures one after another nothing is tried before the next message.
  const TRIES = 6;
  if (!document.querySelector(LIST) || !window.EventSource || !window.fetch) return;
  let source = null;
  let began = false;
  let asking = false;
  let waiting = false;
  let failed = 0;

  // Whether a field holds something else than it came with.
  function changed(field) {
    if (field.type === 'checkbox' || field.type === 'radio') return field.checked !== field.defaultChecked;
    if (field.tagName !== 'SELECT') return field.value !== field.defaultValue;
    const options = Array.from(field.options);
    const first = field.multiple || options.some(function (option) { return option.defaultSelected; })
      ? -1 : 0;
    return options.some(function (option, at) {
      return option.selected !== (option.defaultSelected || at === first);
    });
  }

  function busy(part) {
    const chosen = getSelection();
    return part.contains(document.activeElement)
      || part.querySelector('details[open]') !== null
      || Array.from(part.querySelectorAll('input, select, textarea')).some(changed)
      || (chosen !== null && !chosen.isCollapsed && part.contains(chosen.anchorNode));
  }

  function put(text) {
    const page = new DOMParser().parseFromString(text, 'text/html');
    [LIST, '.ways'].forEach(function (which) {
      const old = document.querySelector(which);
      const next = page.querySelector(which);
      if (!old || !next) return;
      if (busy(old)) { waiting = true; return; }
      old.replaceWith(document.adoptNode(next));
      if (window.htmx && htmx.process) htmx.process(next);
    });
  }

  function refresh() {
    const list = document.querySelector(LIST);
    if (!list || asking || busy(list)) { waiting = true; return; }
    const from = location.href;
    waiting = false;
    asking = true;
    fetch(from, { credentials: 'same-origin', redirect: 'error', headers: { 'x-live': '1' } })
      .then(function (answer) {
        if (answer.ok) return answer.text();
        // Too much was asked for, or the server is busy: that passes. All else does not.
        if (answer.status === 429 || answer.status >= 500) throw new Error(String(answer.status));
        return null;
      })
      .then(function (text) {
        asking = false;
        failed = 0;
        if (text !== null && from === location.href) put(text);
        later();
      })
      .catch(function () { asking = false; again(); });
  }

  // What failed is tried again, each time after twice as long.
  function again() {
    waiting = true;
    if (failed >= TRIES) return;
    failed += 1;
    setTimeout(function () { if (waiting) refresh(); }, 2000 * Math.pow(2, failed));
  }

  function told() {
    failed = 0;
    refresh();
  }

  function listen() {
    if (source || document.hidden) return;
    source = new EventSource('/live');
    source.addEventListener('moved', told);
    // What happened while nobody listened.
    source.addEventListener('open', function () { if (began) told(); began = true; });
  }

  function rest() {
    if (source) source.close();
    source = null;
  }

  function later() {
    if (waiting) setTimeout(function () { if (waiting) refresh(); }, 500);
  }

  // A page that nobody looks at holds no connection.
  document.addEventListener('visibilitychange', function () { if (document.hidden) rest(); else listen(); });
  document.addEventListener('focusout', later);
  document.addEventListener('change', later);
  addEventListener('pagehide', rest);
  addEventListener('pageshow', listen);
  listen();
})();
