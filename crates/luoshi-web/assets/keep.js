// Drafts of long forms, kept while they are filled in; and report forms that are sent when there is a signal.
'use strict';

(function () {
  const meta = document.querySelector('meta[name="luoshi-person"]');
  if (!meta || !window.indexedDB) return;
  const person = meta.content;
  const acting = document.querySelector('meta[name="luoshi-post"]');
  const post = acting ? acting.content : '';
  const OWN = ['key', 'seen', 'step'];

  function texts(form) {
    const pairs = [];
    new FormData(form).forEach(function (value, name) {
      if (typeof value === 'string') pairs.push([name, value]);
    });
    return pairs;
  }

  function files(form) {
    const found = [];
    new FormData(form).forEach(function (value, name) {
      if (typeof value !== 'string' && value.size > 0) found.push({ part: name, name: value.name, blob: value });
    });
    return found;
  }

  function refill(form, kept) {
    kept.texts.forEach(function (pair) {
      const field = form.elements[pair[0]];
      if (field && field.type !== 'hidden' && OWN.indexOf(pair[0]) < 0) field.value = pair[1];
    });
    const parts = {};
    kept.files.forEach(function (file) {
      const made = new File([file.blob], file.name, { type: file.blob.type });
      parts[file.part] = (parts[file.part] || []).concat(made);
    });
    Object.keys(parts).forEach(function (part) {
      const input = Array.from(form.elements).filter(function (at) {
        return at.type === 'file' && at.name === part;
      }).pop();
      if (!input) return;
      const folded = input.closest('details');
      if (folded) folded.open = true;
      input.dispatchEvent(new CustomEvent('give', { bubbles: true, detail: parts[part] }));
    });
  }

  function say(form, words, kind) {
    let note = form.querySelector('.said');
    if (!note) {
      note = document.createElement('p');
      form.insertBefore(note, form.firstChild);
    }
    note.className = 'said ' + (kind || 'hint');
    note.setAttribute('role', kind === 'fault' ? 'alert' : 'status');
    note.textContent = words;
    return note;
  }

  function keep(form) {
    const id = person + ' ' + form.dataset.keep;
    const usual = JSON.stringify(texts(form).filter(function (pair) { return OWN.indexOf(pair[0]) < 0; }));
    let timer = 0;

    function save() {
      timer = 0;
      const now = texts(form);
      const plain = JSON.stringify(now.filter(function (pair) { return OWN.indexOf(pair[0]) < 0; }));
      const held = files(form);
      if (plain === usual && !held.length) return luoshiQueue.drop('drafts', id);
      const draft = { id: id, person: person, at: Date.now(), texts: now, files: held };
      return luoshiQueue.put('drafts', draft).then(function () {
        const place = form.querySelector('[data-keeping]');
        if (place) place.textContent = '草稿已存在本机';
      });
    }

    function soon() {
      clearTimeout(timer);
      timer = setTimeout(function () {
        save().catch(function () {
          const place = form.querySelector('[data-keeping]');
          if (place) place.textContent = '本机存不下草稿：填好提交之前请不要关闭这一页。';
        });
      }, 600);
    }
    form.addEventListener('input', soon);
    form.addEventListener('picked', soon);
    addEventListener('pagehide', function () { if (timer) save(); });
    // The page that says that it was taken believes it of what was sent from this window alone.
    form.addEventListener('submit', function () { sessionStorage.setItem('luoshi-sent', id); });
    // It lies where it waits to be sent, or was taken: what was typed last is no draft any more.
    form.addEventListener('kept', function () { clearTimeout(timer); timer = 0; });

    function offer(draft) {
      refill(form, draft);
      const note = say(form, '已接着上次没交的填。');
      const anew = document.createElement('button');
      anew.type = 'button';
      anew.textContent = '重新填';
      anew.addEventListener('click', function () {
        luoshiQueue.drop('drafts', id).then(function () { location.replace(location.pathname + location.search); });
      });
      note.appendChild(anew);
    }
    // What the server gave back with a fault is newer than any draft.
    if (form.querySelector('.fault') || location.hash.indexOf('#kept=') === 0) return;
    luoshiQueue.get('drafts', id).then(function (draft) {
      if (draft) offer(draft);
    }).catch(function () { /* nothing is kept here */ });
  }

  // A report form: sent by the page, so that without a signal it can be kept and sent later, once.
  function sends(form) {
    const draft = form.dataset.keep ? person + ' ' + form.dataset.keep : '';
    // A page from the cache is filled in more than once: every filling has a key of its own.
    form.elements.key.value = luoshiQueue.newKey();
    form.removeAttribute('data-once');
    const wanted = location.hash.indexOf('#kept=') === 0 ? location.hash.slice(6) : '';
    let held = null;
    // What is changed after it was sent is no longer what may have arrived unnoticed: it gets another key.
    let tried = false;
    const changed = function () {
      if (tried) form.elements.key.value = luoshiQueue.newKey();
      tried = false;
    };
    form.addEventListener('input', changed);
    form.addEventListener('picked', changed);
    if (wanted) {
      luoshiQueue.get('waiting', wanted).then(function (item) {
        const step = item && item.texts.find(function (pair) { return pair[0] === 'step'; });
        if (!item || item.person !== person || step[1] !== form.elements.step.value) return;
        held = item;
        form.elements.key.value = item.key;
        tried = true;
        refill(form, item);
        say(form, item.refused || '这是存在本机、还没有送出的，可以改好再交。', item.refused ? 'fault' : 'hint');
      });
    }

    form.addEventListener('submit', function (event) {
      event.preventDefault();
      const button = form.querySelector('button.primary') || form.querySelector('button');
      const item = {
        key: form.elements.key.value, person: person, post: post, to: form.getAttribute('action'), draft: draft,
        page: location.pathname + location.search, title: form.dataset.title, at: Date.now(),
        texts: texts(form), files: files(form), refused: ''
      };
      const least = form.querySelector('fieldset[data-least]');
      if (least && item.files.length < Number(least.dataset.least)) {
        say(form, '还须附照片或材料' + least.dataset.least + '份', 'fault').scrollIntoView({ block: 'center' });
        return over();
      }
      say(form, navigator.onLine ? '正在送出……' : '正在存到本机……');
      button.disabled = true;
      tried = true;
      // Kept first: what is lost between here and the server is lost nowhere.
      luoshiQueue.put('waiting', item).then(function () {
        return held && held.key !== item.key ? luoshiQueue.drop('waiting', held.key) : null;
      }).then(function () { return true; }, function () { return false; })
        .then(function (kept) {
          return luoshiQueue.send(item).then(function (said) { answered(item, said, kept); });
        });

      function over() {
        delete form.dataset.sent;
        button.disabled = false;
      }

      function answered(item, said, kept) {
        over();
        if (said.taken) {
          form.dispatchEvent(new Event('kept'));
          const go = function () { location.assign(said.to + '?done=' + form.elements.step.value); };
          return luoshiQueue.done(item).then(go, go);
        }
        if (said.away || said.signedOut) {
          if (!kept) return say(form, '没有送出，本机也存不下：请不要关闭这一页，过一会儿再交一次', 'fault');
          held = item;
          wake();
          const note = say(form, '已存在本机，' + said.words + '，不用再填。', 'kept-note');
          const desk = document.createElement('a');
          desk.href = '/';
          desk.textContent = '回到工作台';
          note.appendChild(desk);
          form.dispatchEvent(new Event('kept'));
          if (draft) luoshiQueue.drop('drafts', draft);
          return note.scrollIntoView({ block: 'center' });
        }
        say(form, said.words, 'fault').scrollIntoView({ block: 'center' });
        // It stays on this page; only what waited before stays in the queue, with its reason.
        if (held) {
          item.refused = said.words;
          held = item;
          return luoshiQueue.put('waiting', item);
        }
        return luoshiQueue.drop('waiting', item.key);
      }
    });
  }

  // Asks the service worker to send when there is a signal, even if no page is open then.
  function wake() {
    if (!navigator.serviceWorker || !navigator.serviceWorker.controller) return;
    navigator.serviceWorker.ready.then(function (ready) {
      if (ready.sync) return ready.sync.register('luoshi-send');
    }).catch(function () { /* a page will send it */ });
  }

  // Last time's answers: one tap for all, one for each.
  document.addEventListener('click', function (event) {
    const all = event.target.closest('[data-last]');
    const one = event.target.closest('[data-for]');
    if (!all && !one) return;
    const form = (all || one).closest('form');
    if (!form) return;
    event.preventDefault();
    const lines = one ? [one] : Array.from(form.querySelectorAll('[data-for]'));
    lines.forEach(function (line) {
      const field = form.elements[line.dataset.for];
      if (field) field.value = line.dataset.value;
    });
    form.dispatchEvent(new Event('input'));
  });

  document.querySelectorAll('form[data-keep]').forEach(keep);
  document.querySelectorAll('form[data-send]').forEach(sends);
  if (!window.isSecureContext) {
    document.querySelectorAll('[data-keeping]').forEach(function (place) {
      place.textContent = '这里没有启用安全连接：没有信号时请不要关闭这一页，填写的内容会留着，有信号后再交。';
    });
  }
})();
