// Beside a draft: both sides show each other, the keyboard alone is enough, and a word on an item does not
// load the page anew. All of it is an addition: without it anchors lead and forms are pages.
'use strict';

(function () {
  const card = function (no) { return document.getElementById('item-' + no); };
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth';

  // Hover or focus: the one and the other are lit.
  let lit = [];
  function light(numbers) {
    lit.forEach(function (at) { at.classList.remove('lit'); });
    lit = [];
    numbers.forEach(function (no) {
      const words = document.querySelectorAll('.text [data-items~="' + no + '"]');
      lit = lit.concat(Array.prototype.slice.call(words));
      if (card(no)) lit.push(card(no));
    });
    lit.forEach(function (at) { at.classList.add('lit'); });
  }
  function numbersAt(target) {
    const words = target.closest && target.closest('.text [data-items]');
    if (words) return words.dataset.items.split(' ');
    const item = target.closest && target.closest('.item');
    return item ? [item.dataset.item] : [];
  }
  ['mouseover', 'focusin'].forEach(function (kind) {
    document.addEventListener(kind, function (event) { light(numbersAt(event.target)); });
  });

  // The text goes to the words of an item within its own frame; the page stays where it is.
  function showWords(no) {
    const at = document.getElementById('at-' + no);
    const frame = at && at.closest('.text');
    if (!frame || frame.scrollHeight <= frame.clientHeight) return;
    const top = at.getBoundingClientRect().top - frame.getBoundingClientRect().top;
    frame.scrollTo({ top: frame.scrollTop + top - frame.clientHeight / 3, behavior: calm });
  }
  function choose(item) {
    if (!item) return;
    item.focus({ preventScroll: true });
    const box = item.getBoundingClientRect();
    if (box.top < 70 || box.bottom > innerHeight) item.scrollIntoView({ block: 'center', behavior: calm });
    showWords(item.dataset.item);
  }
  document.addEventListener('click', function (event) {
    const words = event.target.closest('.text a[data-items]');
    const back = event.target.closest('.item .to-text');
    const framed = document.querySelector('.text');
    if (words && card(words.hash.slice(6))) { event.preventDefault(); choose(card(words.hash.slice(6))); }
    if (back && framed.scrollHeight > framed.clientHeight) {
      event.preventDefault();
      choose(back.closest('.item'));
    }
  });

  // Parts of the page.
  function tell(item, sentence, signIn) {
    let line = item.querySelector('.fault.told');
    if (!line) {
      line = document.createElement('p');
      line.className = 'fault told';
      line.setAttribute('role', 'alert');
      item.appendChild(line);
    }
    line.textContent = sentence;
    if (!signIn) return;
    const way = document.createElement('a');
    way.href = '/sign-in';
    way.target = '_blank';
    way.textContent = signIn;
    line.appendChild(way);
  }
  function ask(address, options) {
    options.headers = Object.assign({ 'x-part': '1' }, options.headers);
    options.credentials = 'same-origin';
    return fetch(address, options).then(function (answer) {
      return answer.text().then(function (html) {
        return { part: answer.headers.get('x-part') === '1', ok: answer.ok, status: answer.status, html: html,
          signedOut: new URL(answer.url).pathname === '/sign-in' };
      });
    });
  }
  function parsed(html) { return new DOMParser().parseFromString(html, 'text/html').body; }

  // Whatever came back takes the place of what bears its name; what is new stands behind the last.
  function swap(html) {
    let last = null;
    Array.prototype.slice.call(parsed(html).querySelectorAll('[data-swap]')).forEach(function (fresh) {
      const old = document.getElementById(fresh.id);
      if (old) old.replaceWith(fresh);
      else if (last) last.after(fresh);
      last = fresh;
      recolour(fresh);
    });
  }
  function recolour(item) {
    if (!item.dataset.item) return;
    const state = (item.className.match(/is-\w+/) || [''])[0];
    document.querySelectorAll('.text a[href="#item-' + item.dataset.item + '"]').forEach(function (words) {
      words.className = words.className.replace(/is-\w+/, state);
    });
  }
  function close(item) {
    const place = item.querySelector('.form-place');
    if (place) place.innerHTML = '';
  }
  // The form of an act; the keyboard goes to the field that is asked for, else to the first.
  function open(link, field) {
    const item = link.closest('.item');
    return ask(link.href, {}).then(function (answer) {
      if (!answer.part) { location.href = link.href; return; }
      document.querySelectorAll('.item .form-place').forEach(function (place) { place.innerHTML = ''; });
      put(item, answer.html);
      const asked = field && item.querySelector('.form-place ' + field);
      if (asked) { asked.focus(); asked.select(); }
    }).catch(function () { location.href = link.href; });
  }
  function put(item, html) {
    const place = item.querySelector('.form-place');
    place.innerHTML = '';
    Array.prototype.slice.call(parsed(html).childNodes).forEach(function (node) { place.appendChild(node); });
    const first = place.querySelector('.fault') ? place.querySelector('.unclear button') : null;
    const field = first || place.querySelector('select, textarea, input:not([type="hidden"])');
    if (field) { field.focus(); if (field.select) field.select(); }
  }
  function following(item) {
    let next = item.nextElementSibling;
    while (next && !(next.classList.contains('item') && next.classList.contains('is-open'))) {
      next = next.nextElementSibling;
    }
    return next;
  }
  function send(form, button) {
    const item = form.closest('.item');
    const next = following(item);
    const body = new URLSearchParams(new FormData(form));
    if (button && button.name) body.append(button.name, button.value);
    if (form.dataset.busy) return;
    form.dataset.busy = '1';
    ask(form.action, { method: 'POST', body: body }).then(function (answer) {
      delete form.dataset.busy;
      if (answer.part && answer.ok) {
        swap(answer.html);
        choose(next && next.isConnected ? next : card(item.dataset.item));
      } else if (answer.part) {
        put(item, answer.html);
      } else if (answer.status >= 400) {
        const said = parsed(answer.html).querySelector('.notice p');
        tell(item, said ? said.textContent : '没有保存，请刷新页面后重试');
      } else if (answer.signedOut) {
        // What was typed stays where it is; the draft itself is safe.
        tell(item, '登录已过期，这一项还没有保存。', '在新窗口重新登录，再回到这里保存');
      } else {
        location.reload();
      }
    }).catch(function () {
      delete form.dataset.busy;
      tell(item, '没有连上系统，这一项没有保存。请检查网络后再试一次');
    });
  }
  document.addEventListener('click', function (event) {
    const link = event.target.closest('.item [data-act]');
    const cancel = event.target.closest('.item [data-cancel]');
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link) { event.preventDefault(); open(link); }
    if (cancel) {
      event.preventDefault();
      const item = cancel.closest('.item');
      close(item);
      choose(item);
    }
  });
  document.addEventListener('submit', function (event) {
    const form = event.target;
    if (form.matches('.item form')) { event.preventDefault(); send(form, event.submitter); }
    if (form.matches('[data-intake]')) form.querySelector('.progress').hidden = false;
  });

  // A list of units has room for one more.
  document.addEventListener('input', function (event) {
    const list = event.target.closest('[data-grow]');
    if (!list || list.lastElementChild !== event.target || !event.target.value) return;
    const more = event.target.cloneNode();
    more.value = '';
    more.removeAttribute('value');
    list.appendChild(more);
  });

  // The keyboard.
  const ACTS = { e: 'correct', a: 'correct', m: 'merge', d: 'drop', s: 'split' };
  function current() {
    const at = document.activeElement && document.activeElement.closest('.item');
    return at || document.querySelector('.item.lit');
  }
  function step(by) {
    const items = Array.prototype.slice.call(document.querySelectorAll('.item'));
    const at = items.indexOf(current());
    choose(items[at < 0 ? 0 : Math.min(Math.max(at + by, 0), items.length - 1)]);
  }
  document.addEventListener('keydown', function (event) {
    const typing = event.target.matches('input, textarea, select');
    if (event.key === 'Escape' && event.target.closest('.item .act')) {
      const item = event.target.closest('.item');
      close(item);
      choose(item);
      return;
    }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !document.querySelector('.compare')) return;
    const item = current();
    const act = ACTS[event.key] && item && item.querySelector('[data-act="' + ACTS[event.key] + '"]');
    const confirm = event.key === 'c' && item && item.querySelector('[data-do="confirm"]');
    const keys = document.getElementById('keys');
    const search = document.querySelector('.filter input[type="search"]');
    if (event.key === 'j') step(1);
    else if (event.key === 'k') step(-1);
    else if (act) open(act, event.key === 'a' && '[name="lead"]');
    else if (confirm) send(confirm, null);
    else if (event.key === '/' && search) search.focus();
    else if (event.key === '?' && keys) keys.open = !keys.open;
    else return;
    event.preventDefault();
  });
})();
