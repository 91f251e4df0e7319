// Lists follow what happens: a stream says that something changed, and the list is asked for anew. It never
// takes away what somebody is typing, choosing or reading out: then it waits.
'use strict';
(function () {
  const LIST = '[data-live]';
  if (!document.querySelector(LIST) || !window.EventSource || !window.fetch) return;
  let source = null;
  let began = false;
  let asking = false;
  let waiting = false;

  function busy(part) {
    const chosen = getSelection();
    return part.contains(document.activeElement)
      || part.querySelector('input:checked, details[open]') !== null
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
      .then(function (answer) { return answer.ok ? answer.text() : null; })
      .then(function (text) { if (text !== null && from === location.href) put(text); })
      .catch(function () { /* the next message asks again */ })
      .then(function () { asking = false; });
  }

  function listen() {
    if (source || document.hidden) return;
    source = new EventSource('/live');
    source.addEventListener('moved', refresh);
    // What happened while nobody listened.
    source.addEventListener('open', function () { if (began) refresh(); began = true; });
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
