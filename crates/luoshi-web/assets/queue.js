// What a browser keeps until it has a signal: drafts, and forms that wait to be sent. Used by pages and by the
// service worker. Everything belongs to a person; nobody is shown what another one keeps.
'use strict';

const luoshiQueue = (function () {
  let opened = null;

  function open() {
    if (opened) return opened;
    opened = new Promise(function (done, fail) {
      const asked = indexedDB.open('luoshi', 1);
      asked.onupgradeneeded = function () {
        asked.result.createObjectStore('waiting', { keyPath: 'key' });
        asked.result.createObjectStore('drafts', { keyPath: 'id' });
      };
      asked.onsuccess = function () {
        asked.result.onversionchange = function () { asked.result.close(); opened = null; };
        done(asked.result);
      };
      asked.onerror = function () { opened = null; fail(asked.error); };
    });
    return opened;
  }

  // Runs something on a store; the answer comes once it is on disk.
  function on(store, mode, what) {
    return open().then(function (db) {
      return new Promise(function (done, fail) {
        const work = db.transaction(store, mode);
        const asked = what(work.objectStore(store));
        work.oncomplete = function () { done(asked ? asked.result : undefined); };
        work.onerror = work.onabort = function () { fail(work.error); };
      });
    });
  }

  const put = function (store, value) { return on(store, 'readwrite', function (s) { return s.put(value); }); };
  const get = function (store, key) { return on(store, 'readonly', function (s) { return s.get(key); }); };
  const drop = function (store, key) { return on(store, 'readwrite', function (s) { return s.delete(key); }); };

  // The forms that a person has waiting, the oldest first.
  function waiting(person) {
    return on('waiting', 'readonly', function (s) { return s.getAll(); }).then(function (all) {
      return all.filter(function (item) { return item.person === person; })
        .sort(function (a, b) { return a.at - b.at; });
    });
  }

  function formOf(item) {
    const form = new FormData();
    item.texts.forEach(function (pair) { form.append(pair[0], pair[1]); });
    item.files.forEach(function (file) { form.append(file.part, file.blob, file.name); });
    // Whoever is signed in by now may be another, or in another post: the server takes it from its own only.
    form.append('person', item.person);
    if (item.post) form.append('post', item.post);
    return form;
  }

  // How long a form may be on its way: two minutes, and what its photographs take at 10 KB a second.
  function patience(item) {
    return item.files.reduce(function (time, file) { return time + file.blob.size / 10; }, 120000);
  }

  // Sends a form. Tells { taken, to, words, signedOut, away, stop }: `away` and `signedOut` are no answer, `stop`
  // is true where it would go the same way with any other. That it may have arrived all the same does no harm.
  function send(item) {
    const stop = new AbortController();
    const clock = setTimeout(function () { stop.abort(); }, patience(item));
    const how = { method: 'POST', body: formOf(item), headers: { Accept: 'application/json' },
      credentials: 'same-origin', signal: stop.signal };
    return fetch(item.to, how).then(function (answer) {
      const told = answer.headers.get('content-type') || '';
      const later = { away: true, stop: answer.status === 429, words: '系统暂时没有收下，稍后自动再送' };
      if (told.indexOf('application/json') === 0) {
        return answer.json().then(function (said) { return !said.taken && answer.status >= 500 ? later : said; });
      }
      if (answer.redirected) return { signedOut: true, stop: true, words: '登录已过期，重新登录后自动送出' };
      // Busy, or too much at once.
      if (answer.status >= 500 || answer.status === 429) return later;
      return { taken: false, words: '没有收下（' + answer.status + '），请打开核对后再提交' };
    }).catch(function () {
      return { away: true, stop: true, words: '没有信号，有信号时自动送出' };
    }).then(function (said) {
      clearTimeout(clock);
      return said;
    });
  }

  // Whether a form only waits for a signal, in the post that one is in.
  function isReady(item, post) { return !item.refused && (!post || !item.post || item.post === post); }

  // Sends what waits, one after the other. What is refused stays, with the reason, until its person says so; what
  // the server cannot take now does not hold up the others.
  function flush(person, post) {
    let sent = 0;
    return waiting(person).then(function (items) {
      return items.filter(function (item) { return isReady(item, post); }).reduce(function (before, item) {
        return before.then(function (go) {
          if (!go) return false;
          return send(item).then(function (said) {
            if (said.taken) {
              sent += 1;
              return done(item).then(function () { return true; });
            }
            if (said.away || said.signedOut) return !said.stop;
            item.refused = said.words;
            return put('waiting', item).then(function () { return true; });
          });
        });
      }, Promise.resolve(true));
    }).then(function () { return sent; });
  }

  // The page of what was sent is true no longer, whatever it was asked for with.
  function outdated(item) {
    if (!self.caches) return Promise.resolve();
    const page = new URL(item.page, location.origin).href;
    return caches.keys().then(function (names) {
      return Promise.all(names.filter(function (name) { return name.indexOf('pages-') === 0; })
        .map(function (name) {
          return caches.open(name).then(function (pages) { return pages.delete(page, { ignoreSearch: true }); });
        }));
    }).catch(function () { /* it is kept until it is fetched anew */ });
  }

  // Notes that a form was taken.
  function done(item) {
    return drop('waiting', item.key).then(function () { return drop('drafts', item.draft); })
      .then(function () { return outdated(item); });
  }

  // Forgets everything that a person keeps here.
  function forget(person) {
    const drafts = on('drafts', 'readwrite', function (s) {
      const all = s.openCursor();
      all.onsuccess = function () {
        const at = all.result;
        if (!at) return;
        if (at.value.person === person) at.delete();
        at.continue();
      };
    });
    return drafts.then(function () { return waiting(person); }).then(function (items) {
      return Promise.all(items.map(function (item) { return drop('waiting', item.key); }));
    });
  }

  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return 'web-' + Array.from(bytes, function (b) { return b.toString(16).padStart(2, '0'); }).join('');
  }

  return { put: put, get: get, drop: drop, waiting: waiting, send: send, isReady: isReady, flush: flush, done: done, forget: forget, newKey: newKey };
})();
