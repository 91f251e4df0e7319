// The service worker: pages come from the server while there is a signal, and from here when there is none.
// Before this text the server sets VERSION, SHELL (what every page is made of) and imports the queue.
'use strict';

const PATIENCE = 7000;
const FRESH = 12 * 3600 * 1000;
const MOST = 80;
const REPORT = /^\/plans\/\d+\/entries\/\d+\/report$/;

addEventListener('install', function (event) {
  event.waitUntil(caches.open('shell-' + VERSION).then(function (shell) {
    return shell.addAll(SHELL.concat(['/offline']));
  }).then(function () { return skipWaiting(); }));
});

// Pages of an older version name scripts that are there no longer: whoever is open asks to fetch them anew.
addEventListener('activate', function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    const old = names.filter(function (name) {
      return name.indexOf('pages-') === 0 || (name.indexOf('shell-') === 0 && name !== 'shell-' + VERSION);
    });
    return Promise.all(old.map(function (name) { return caches.delete(name); }));
  }).then(function () { return clients.claim(); }));
});

function named(beginning) {
  return caches.keys().then(function (names) {
    return names.filter(function (name) { return name.indexOf(beginning) === 0; });
  });
}

// Only one person's pages are kept: whoever signs in after somebody else finds nothing of theirs.
function onlyOf(person) {
  return named('pages-').then(function (names) {
    const others = names.filter(function (name) { return name !== 'pages-' + person; });
    return Promise.all(others.map(function (name) { return caches.delete(name); }));
  });
}

function isKept(url) {
  return (url.pathname === '/' && !url.search) || REPORT.test(url.pathname);
}

// Keeps a page with the moment at which it was true.
function keep(url, answer) {
  const policy = answer.headers.get('content-security-policy');
  return answer.text().then(function (text) {
    const found = /<meta name="luoshi-person" content="(\d+)">/.exec(text);
    if (!found) return;
    const headers = { 'content-type': 'text/html; charset=utf-8', 'x-kept': String(Date.now()) };
    if (policy) headers['content-security-policy'] = policy;
    return onlyOf(found[1]).then(function () { return caches.open('pages-' + found[1]); })
      .then(function (pages) {
        return pages.put(url.href, new Response(text, { headers: headers })).then(function () {
          return pages.keys();
        }).then(function (all) {
          return Promise.all(all.slice(0, Math.max(0, all.length - MOST)).map(function (request) {
            return pages.delete(request);
          }));
        });
      });
  });
}

function kept(url) {
  return named('pages-').then(function (names) {
    if (!names.length || !isKept(url)) return undefined;
    return caches.open(names[0]).then(function (pages) {
      return pages.match(url.href).then(function (found) {
        return found || pages.match(url.href, { ignoreSearch: true });
      });
    });
  });
}

// A page that was kept, with a line that says as of when.
function dated(answer, url) {
  const at = new Date(Number(answer.headers.get('x-kept')));
  const when = (at.getMonth() + 1) + '月' + at.getDate() + '日 ' + at.toTimeString().slice(0, 5);
  return answer.text().then(function (text) {
    const todo = url.pathname === '/' ? '填报照常进行，有信号时自动送出；签收等其他办理，有信号后刷新再办。'
      : '填好照常提交，有信号时自动送出。';
    const line = '<p class="away" role="status">现在没有信号，这是 ' + when + ' 存在本机的内容。' + todo + '</p>';
    const headers = new Headers(answer.headers);
    return new Response(text.replace('<main id="main"', line + '<main id="main"'), { headers: headers });
  });
}

function instead(url) {
  return kept(url).then(function (found) {
    if (found) return dated(found, url);
    if (!/^\/plans\/\d+\/entries\/\d+$/.test(url.pathname)) return null;
    // Of an entry its form is kept, where it has one.
    const form = new URL(url.pathname + '/report', url);
    return kept(form).then(function (there) { return there ? Response.redirect(form.href) : null; });
  }).then(function (answer) {
    return answer || caches.match('/offline').then(function (page) { return page || Response.error(); });
  });
}

function page(event, url) {
  const asked = fetch(event.request).then(function (answer) {
    // What our own server says is an answer, whatever it is; a proxy that does not reach it has none.
    const ours = answer.headers.has('x-request-id');
    if (answer.status >= 502 && answer.status <= 504 && !ours) throw new Error('away');
    if (url.pathname === '/sign-in' && answer.type === 'basic') {
      // Nobody is signed in any more.
      event.waitUntil(named('pages-').then(function (names) {
        return Promise.all(names.map(function (name) { return caches.delete(name); }));
      }));
    } else if (answer.ok && answer.type === 'basic' && isKept(url)) {
      event.waitUntil(keep(url, answer.clone()));
    }
    return answer;
  });
  event.waitUntil(asked.then(function () {}, function () {}));
  return kept(url).then(function (found) {
    if (!found) return asked;
    const patience = new Promise(function (done, fail) { setTimeout(fail, PATIENCE); });
    return Promise.race([asked, patience]);
  }).catch(function () { return instead(url); });
}

addEventListener('fetch', function (event) {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== location.origin) return;
  url.hash = '';
  if (url.pathname.indexOf('/assets/') === 0) {
    event.respondWith(caches.match(event.request).then(function (found) {
      return found || fetch(event.request);
    }));
  } else if (event.request.mode === 'navigate') {
    event.respondWith(page(event, url));
  }
});

// Fetches the desk and the report forms that lie on it, one after the other, so that they are here when the signal is not.
function prefetch(person) {
  return fetch('/offline/pages', { credentials: 'same-origin' }).then(function (answer) {
    return answer.redirected || !answer.ok ? null : answer.json();
  }).then(function (told) {
    if (!told || String(told.person) !== person) return;
    return ['/'].concat(told.pages).reduce(function (before, place) {
      return before.then(function () {
        const url = new URL(place, location.origin);
        return kept(url).then(function (found) {
          if (found && Date.now() - Number(found.headers.get('x-kept')) < FRESH) return;
          return fetch(url.href, { credentials: 'same-origin' }).then(function (answer) {
            if (answer.ok && !answer.redirected) return keep(url, answer);
          });
        });
      });
    }, Promise.resolve());
  }).catch(function () { /* there is no signal now */ });
}

function state() { return caches.open('state'); }

// Who is signed in, and in which post, as far as pages have told.
function known(what) {
  return state().then(function (kept) { return kept.match(what); }).then(function (found) {
    return found ? found.text() : '';
  });
}

addEventListener('message', function (event) {
  const said = event.data || {};
  if (said.person) {
    event.waitUntil(onlyOf(said.person).then(state).then(function (kept) {
      return kept.put('/person', new Response(said.person)).then(function () {
        return kept.put('/post', new Response(said.post || ''));
      });
    }));
  }
  if (said.fetch) event.waitUntil(prefetch(said.fetch));
});

// There is a signal again, and perhaps no page is open.
addEventListener('sync', function (event) {
  if (event.tag !== 'luoshi-send') return;
  event.waitUntil(Promise.all([known('/person'), known('/post')]).then(function (both) {
    const person = both[0];
    const post = both[1];
    if (!person) return;
    return luoshiQueue.flush(person, post).then(function (sent) {
      return clients.matchAll().then(function (open) {
        open.forEach(function (client) { client.postMessage({ sent: sent }); });
        return luoshiQueue.waiting(person);
      });
    }).then(function (left) {
      // Tried again by the browser while something still waits.
      if (left.some(function (item) { return luoshiQueue.isReady(item, post); })) throw new Error('waiting');
    });
  }));
});
