/* The glossary's box: keeps the terms whose name, translation or definition holds all that is typed. */
(function () {
  "use strict";
  var form = document.querySelector("form.cx-filter");
  var input = form.querySelector("input"), status = form.querySelector("[role=status]");

  function folded(text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/\u2019/g, "'").replace(/\u0153/g, "oe");
  }

  var sections = Array.prototype.slice.call(document.querySelectorAll(".cx-terms"));
  var entries = Array.prototype.slice.call(document.querySelectorAll(".cx-entry")).map(function (node) {
    return { node: node, text: folded(node.textContent) };
  });

  function update() {
    var words = folded(input.value).split(/\s+/).filter(Boolean), count = 0;
    entries.forEach(function (entry) {
      var found = words.every(function (word) { return entry.text.indexOf(word) >= 0; });
      entry.node.hidden = !found;
      if (found) count += 1;
    });
    sections.forEach(function (section) {
      section.hidden = !section.querySelector(".cx-entry:not([hidden])");
      section.querySelector(".cx-letters").hidden = words.length > 0;
    });
    status.textContent = form.dataset.found.replace("{0}", count).replace("{1}", entries.length);
  }

  form.addEventListener("input", update);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  window.addEventListener("hashchange", function () {  /* a link to a term that is filtered away */
    var target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.closest("[hidden]")) {
      input.value = "";
      update();
      target.scrollIntoView();
    }
  });
  form.hidden = false;
  update();
})();
