// Without a signal: keeps the desk and its report forms, sends what waits, and shows on the desk what is not
// sent yet. An addition: without it every page works while there is a signal.
'use strict';

(function () {
  const meta = document.querySelector('meta[name="luoshi-person"]');
  if (!meta || !window.indexedDB) return;
  const person = meta.content;
  const acting = document.querySelector('meta[name="luoshi-post"]');
  const post = acting ? acting.content : '';
  const worker = navigator.serviceWorker;

  if (worker && window.isSecureContext) {
    worker.register('/sw.js').then(function () { return worker.ready; }).then(function (ready) {
      ready.active.postMessage({ person: person, post: post });
      if (location.pathname === '/') ready.active.postMessage({ fetch: person });
    }).catch(function () { /* pages come from the server alone */ });
    // A new version takes over, and keeps nothing of the old one.
    if (worker.controller) {
      worker.addEventListener('controllerchange', function () { worker.controller.postMessage({ fetch: person }); });
    }
    worker.addEventListener('message', function (event) {
      if (event.data && event.data.sent) show().then(function () { told(event.data.sent); });
    });
  }

  // The form that led here was taken: its draft goes, whichever page it stood on. A number tells how many lines
  // of a list were taken, and leads here from no draft.
  const done = new URLSearchParams(location.search).get('done');
  if (done && !/^\d+$/.test(done)) {
    const form = done.charAt(0) === '/' ? done : location.pathname + '#' + done;
    const id = person + ' ' + form;
    // One that began with what came from below is kept apart, with a plus behind its name.
    const sent = sessionStorage.getItem('luoshi-sent');
    if (sent === id || sent === id + '+') {
      sessionStorage.removeItem('luoshi-sent');
      luoshiQueue.drop('drafts', sent).catch(function () { /* nothing is kept here */ });
    }
    // Once: what is filled in after this, on the same page, is another draft.
    const rest = location.search.slice(1).split('&').filter(function (part) { return part.indexOf('done=') !== 0; });
    history.replaceState(history.state, '', location.pathname + (rest.length ? '?' + rest.join('&') : '') + location.hash);
  }

  // On a page that was kept only reports wait for a signal: what cannot be done without one is not offered.
  if (document.querySelector('.away')) {
    addEventListener('pageshow', function () {
      document.querySelectorAll('form[data-once]:not([data-send]) button').forEach(function (button) {
        button.disabled = true;
      });
    });
  }

  // Sends what waits. Where it does not arrive it is sent again while the page is open, at first after half a
  // minute, later every five: the first try after a signal came back may still fail.
  let again = 0;
  let pause = 30000;
  function send() {
    clearTimeout(again);
    return show().then(function (items) {
      const ready = function (item) { return luoshiQueue.isReady(item, post); };
      if (!items.some(ready)) return;
      return luoshiQueue.flush(person, post).then(function (sent) {
        return show().then(function (left) {
          if (sent) told(sent);
          if (!left.some(ready)) return;
          again = setTimeout(send, pause);
          pause = Math.min(2 * pause, 300000);
        });
      });
    }).catch(function () { /* nothing can be kept here */ });
  }

  function element(name, words, kind) {
    const made = document.createElement(name);
    if (words) made.textContent = words;
    if (kind) made.className = kind;
    return made;
  }

  function told(sent) {
    document.querySelectorAll('.kept-note').forEach(function (old) { old.remove(); });
    const note = element('p', '已送出 ' + sent + ' 份，', 'kept-note');
    const again = element('a', location.pathname === '/' ? '刷新工作台' : '回到工作台');
    again.href = '/';
    note.appendChild(again);
    note.setAttribute('role', 'status');
    const main = document.getElementById('main');
    main.insertBefore(note, main.firstChild);
  }

  // What waits, at the top of the desk.
  function show() {
    return luoshiQueue.waiting(person).then(function (items) {
      const old = document.getElementById('waiting');
      if (old) old.remove();
      if (!items.length || location.pathname !== '/') return items;
      const part = element('section', '', 'waiting');
      part.id = 'waiting';
      part.setAttribute('aria-label', '存在本机待送出的');
      part.appendChild(element('h2', '存在本机，等待送出（' + items.length + '）'));
      const list = element('ul');
      items.forEach(function (item) { list.appendChild(line(item)); });
      part.appendChild(list);
      const main = document.getElementById('main');
      main.insertBefore(part, main.firstChild);
      return items;
    });
  }

  function line(item) {
    const one = element('li');
    const when = new Date(item.at).toLocaleString('zh-CN', { hour12: false });
    one.appendChild(element('b', item.title));
    one.appendChild(element('small', when + (item.files.length ? '，材料' + item.files.length + '份' : '')));
    const ready = luoshiQueue.isReady(item, post);
    const waits = ready ? '有信号时自动送出' : '这一份是以另一岗位填写的，换回那个岗位后自动送出';
    one.appendChild(element('p', item.refused ? '没有收下：' + item.refused : waits, item.refused ? 'fault' : 'hint'));
    const open = element('a', item.refused ? '打开核对' : '打开修改', 'button');
    open.href = item.page + '#kept=' + item.key;
    one.appendChild(open);
    if (ready) {
      const now = element('button', '现在送出');
      now.type = 'button';
      now.addEventListener('click', function () { now.disabled = true; send(); });
      one.appendChild(now);
    }
    const drop = element('button', '删除');
    drop.type = 'button';
    drop.addEventListener('click', function () {
      if (!confirm('“' + item.title + '”还没有送出，确定丢掉填写的内容和照片？')) return;
      luoshiQueue.drop('waiting', item.key).then(show);
    });
    one.appendChild(drop);
    return one;
  }

  // Signing out forgets what is kept here, after asking where something was not sent.
  document.addEventListener('submit', function (event) {
    const form = event.target;
    if (!form.matches('[data-sign-out]') || form.dataset.asked) return;
    event.preventDefault();
    luoshiQueue.waiting(person).then(function (items) {
      const words = '还有 ' + items.length + ' 份没有送出，退出登录会丢掉。确定退出？';
      if (items.length && !confirm(words)) return;
      form.dataset.asked = '1';
      const forgotten = luoshiQueue.forget(person).then(function () {
        return window.caches ? caches.keys().then(function (names) {
          return Promise.all(names.filter(function (name) { return name.indexOf('pages-') === 0 || name === 'state'; })
            .map(function (name) { return caches.delete(name); }));
        }) : null;
      });
      const go = function () { form.submit(); };
      forgotten.then(go, go);
    }, function () { form.submit(); });
  });

  addEventListener('online', send);
  send();
})();
