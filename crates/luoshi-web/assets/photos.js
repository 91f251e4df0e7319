// Photographs: shrunk here before they are sent, because a village's signal is weak, and shown large on a tap.
'use strict';

(function () {
  const LONG = 1600;
  const QUALITY = 0.7;

  // A picture with its long side at most LONG; what is no picture, or gets no smaller, stays as it is.
  // A browser turns a picture as its camera says before it is drawn.
  function shrunk(file) {
    if (!/^image\/(jpeg|png|webp|bmp)$/.test(file.type)) return Promise.resolve(file);
    const place = URL.createObjectURL(file);
    return new Promise(function (done) {
      const picture = new Image();
      picture.onload = function () {
        const scale = Math.min(1, LONG / Math.max(picture.naturalWidth, picture.naturalHeight));
        const canvas = document.createElement('canvas');
        canvas.width = Math.max(1, Math.round(picture.naturalWidth * scale));
        canvas.height = Math.max(1, Math.round(picture.naturalHeight * scale));
        const pen = canvas.getContext('2d');
        pen.fillStyle = '#fff';
        pen.fillRect(0, 0, canvas.width, canvas.height);
        pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(function (blob) {
          if (!blob || blob.size >= file.size) return done(file);
          done(new File([blob], file.name.replace(/\.\w+$/, '') + '.jpg', { type: 'image/jpeg' }));
        }, 'image/jpeg', QUALITY);
      };
      picture.onerror = function () { done(file); };
      picture.src = place;
    }).then(function (file) { URL.revokeObjectURL(place); return file; });
  }

  function give(input, files) {
    const carried = new DataTransfer();
    files.forEach(function (file) { carried.items.add(file); });
    input.files = carried.files;
  }

  function size(bytes) {
    return bytes < 1048576 ? Math.max(1, Math.round(bytes / 1024)) + ' KB' : (bytes / 1048576).toFixed(1) + ' MB';
  }

  // Several ways to pick, one list of what was picked: it is carried by the last input.
  function gather(box) {
    const inputs = Array.from(box.querySelectorAll('input[type="file"]'));
    const carrier = inputs[inputs.length - 1];
    const list = document.createElement('ul');
    list.className = 'picked';
    box.appendChild(list);
    box.classList.add('ready');
    let files = [];

    function show(quiet) {
      give(carrier, files);
      list.textContent = '';
      files.forEach(function (file, at) {
        const one = document.createElement('li');
        if (file.type.indexOf('image/') === 0) {
          const link = document.createElement('a');
          link.href = URL.createObjectURL(file);
          link.dataset.picture = '';
          const picture = document.createElement('img');
          picture.src = link.href;
          picture.alt = file.name;
          link.appendChild(picture);
          one.appendChild(link);
        } else {
          one.appendChild(document.createTextNode(file.name));
        }
        const told = document.createElement('small');
        told.textContent = size(file.size);
        one.appendChild(told);
        const drop = document.createElement('button');
        drop.type = 'button';
        drop.textContent = '去掉';
        drop.setAttribute('aria-label', '去掉' + file.name);
        drop.addEventListener('click', function () { files.splice(at, 1); show(); });
        one.appendChild(drop);
        list.appendChild(one);
      });
      if (!quiet) box.dispatchEvent(new CustomEvent('picked', { bubbles: true }));
    }

    inputs.forEach(function (input) {
      input.addEventListener('change', function () {
        const fresh = Array.from(input.files).filter(function (file) { return files.indexOf(file) < 0; });
        if (input !== carrier) give(input, []);
        box.classList.add('busy');
        Promise.all(fresh.map(shrunk)).then(function (made) {
          files = files.concat(made);
          box.classList.remove('busy');
          show();
        });
      });
    });
    box.addEventListener('give', function (event) { files = event.detail; show(true); });
  }

  document.querySelectorAll('fieldset[data-photos]').forEach(gather);
  document.querySelectorAll('input[type="file"][data-photos]').forEach(function (input) {
    input.addEventListener('change', function () {
      Promise.all(Array.from(input.files).map(shrunk)).then(function (made) {
        give(input, made);
        input.dispatchEvent(new CustomEvent('picked', { bubbles: true }));
      });
    });
    input.addEventListener('give', function (event) { give(input, event.detail); });
  });

  // A picture large, in front of the page; a second tap or Escape puts it back.
  document.addEventListener('click', function (event) {
    const link = event.target.closest('a[data-picture]');
    if (!link || event.ctrlKey || event.metaKey || !link.querySelector('img')) return;
    event.preventDefault();
    const front = document.createElement('button');
    front.type = 'button';
    front.className = 'large';
    front.setAttribute('aria-label', '关闭大图');
    const picture = document.createElement('img');
    picture.src = link.href;
    picture.alt = link.querySelector('img').alt;
    front.appendChild(picture);
    const close = function () { front.remove(); link.focus(); };
    front.addEventListener('click', close);
    front.addEventListener('keydown', function (key) { if (key.key === 'Escape') close(); });
    document.body.appendChild(front);
    front.focus();
  });
})();
