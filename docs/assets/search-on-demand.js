/* The search index grows with the site; Material fetches it with every page.
   This holds that one request until the reader turns to search: by click, by touch or by keyboard. */
(function () {
  "use strict";
  if (location.protocol === "file:") return; // from disk it comes with a script, and costs no transfer

  var open = XMLHttpRequest.prototype.open, send = XMLHttpRequest.prototype.send;
  var held = [], wanted = new URLSearchParams(location.search).has("q");

  XMLHttpRequest.prototype.open = function (method, url) {
    this.cxIsIndex = /\/search_index\.json$/.test(String(url));
    return open.apply(this, arguments);
  };
  XMLHttpRequest.prototype.send = function () {
    if (this.cxIsIndex && !wanted) held.push([this, arguments]);
    else send.apply(this, arguments);
  };

  function release() {
    wanted = true;
    held.splice(0).forEach(function (one) { send.apply(one[0], one[1]); });
    ["focusin", "change", "pointerover"].forEach(function (kind) { removeEventListener(kind, listen, true); });
  }
  function listen(event) {
    var target = event.target;
    if (target.closest && target.closest(".md-search, [for=__search], #__search")) release();
  }
  ["focusin", "change", "pointerover"].forEach(function (kind) { addEventListener(kind, listen, true); });
})();
