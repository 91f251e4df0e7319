// What pages do beyond reading and sending forms. All of it is an addition: without it every page works.
'use strict';

// Light or dark, as chosen on this device.
(function () {
  const root = document.documentElement;
  root.classList.add('scripted');
  try {
    const kept = localStorage.getItem('theme');
    if (kept) root.dataset.theme = kept;
  } catch (e) { /* nothing is kept */ }
  document.addEventListener('click', function (event) {
    if (!event.target.closest('[data-theme-switch]')) return;
    const dark = root.dataset.theme
      ? root.dataset.theme === 'dark'
      : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
    try { localStorage.setItem('theme', root.dataset.theme); } catch (e) { /* nothing is kept */ }
  });
})();

// The menu closes by Escape and by a tap elsewhere.
(function () {
  function open() { return document.querySelector('details.me[open]'); }
  document.addEventListener('keydown', function (event) {
    const menu = event.key === 'Escape' && open();
    if (!menu) return;
    menu.open = false;
    menu.querySelector('summary').focus();
  });
  document.addEventListener('click', function (event) {
    const menu = open();
    if (menu && !menu.contains(event.target)) menu.open = false;
  });
})();

// A form is sent once, however often its button is tapped.
document.addEventListener('submit', function (event) {
  const form = event.target;
  if (!form.matches('[data-once]')) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = '1';
  const button = event.submitter || form.querySelector('button');
  setTimeout(function () { if (button) button.disabled = true; }, 0);
});
addEventListener('pageshow', function () {
  document.querySelectorAll('[data-once]').forEach(function (form) {
    delete form.dataset.sent;
    form.querySelectorAll('button').forEach(function (button) { button.disabled = false; });
  });
});

// All on the page are ticked at once, and it is seen whether they are.
document.addEventListener('change', function (event) {
  const box = event.target;
  const form = box.form;
  if (!form || box.type !== 'checkbox') return;
  const all = form.querySelector('[data-tick-all]');
  if (!all) return;
  const some = Array.from(form.querySelectorAll('input[name="' + all.dataset.tickAll + '"]'));
  if (box === all) some.forEach(function (one) { one.checked = all.checked; });
  else all.checked = some.length > 0 && some.every(function (one) { return one.checked; });
});
