/* The finder of tools: shows those that fit every choice, counts them, and keeps the choice in the address. */
(function () {
  "use strict";
  var form = document.querySelector("form.cx-finder");
  var FACETS = ["need", "time", "group", "difficulty", "artefact", "dossier"];
  var tools = Array.prototype.slice.call(document.querySelectorAll(".cx-dossier .cx-tools > li"));
  var dossiers = Array.prototype.slice.call(document.querySelectorAll(".cx-dossier"));
  var status = form.querySelector("[role=status]"), nothing = form.querySelector(".cx-nothing");

  function filled(text, values) {
    return text.replace(/\{(\d)\}/g, function (gap, at) { return values[at]; });
  }

  /* A time is a limit; a tool serves several needs; everything else is equal or not. */
  function fits(tool, facet, value) {
    var own = tool.dataset[facet];
    if (!value) return true;
    if (facet === "time") return own !== "" && Number(own) <= Number(value);
    return own.split(" ").indexOf(value) >= 0;
  }

  function matching(choice) {
    return tools.filter(function (tool) {
      return FACETS.every(function (facet) { return fits(tool, facet, choice[facet]); });
    });
  }

  function withOne(choice, facet, value) {
    var other = Object.assign({}, choice);
    other[facet] = value;
    return other;
  }

  function chosen() {
    var choice = {};
    FACETS.forEach(function (facet) { choice[facet] = form.elements[facet].value; });
    return choice;
  }

  /* Tools in preparation have no time and no difficulty, so a choice of either leaves them out: say so. */
  function leftOut(choice) {
    if (!choice.time && !choice.difficulty) return "";
    var count = matching(withOne(withOne(choice, "time", ""), "difficulty", "")).filter(function (tool) {
      return tool.dataset.time === "";
    }).length;
    return count ? " " + filled(count === 1 ? form.dataset.untimedOne : form.dataset.untimed, [count]) : "";
  }

  function loosen(choice) {
    var list = nothing.querySelector("ul");
    list.textContent = "";
    FACETS.forEach(function (facet) {
      var count = choice[facet] ? matching(withOne(choice, facet, "")).length : 0;
      if (!count) return;
      var field = form.elements[facet], item = document.createElement("li"), button = document.createElement("button");
      button.type = "button";
      button.className = "cx-button";
      button.textContent = filled(count === 1 ? form.dataset.loosenOne : form.dataset.loosen, [label(facet), name(field, ""), count]);
      button.addEventListener("click", function () {
        put(facet, "");
        update();
        (field.focus ? field : field[0]).focus();
      });
      list.appendChild(item).appendChild(button);
    });
    return list.children.length;
  }

  function label(facet) {
    return form.querySelector(facet === "need" ? "legend" : "label[for=finder-" + facet + "]").textContent;
  }

  /* The words of a choice, as they were built, without the count behind them. */
  function name(field, value) {
    return Array.prototype.filter.call(field.options || field, function (one) { return one.value === value; })
      .map(function (one) { return one.dataset.name; })[0];
  }

  function put(facet, value) {
    form.elements[facet].value = value;
    if (form.elements[facet].value !== value) form.elements[facet].value = "";
  }

  function update() {
    var choice = chosen(), found = matching(choice);
    tools.forEach(function (tool) { tool.hidden = found.indexOf(tool) < 0; });
    dossiers.forEach(function (dossier) { dossier.hidden = !dossier.querySelector(".cx-tools > li:not([hidden])"); });
    options.forEach(function (one) {
      var count = matching(withOne(choice, one.facet, one.value)).length;
      if (one.node.tagName === "B") one.node.textContent = count;
      else one.node.textContent = one.node.dataset.name + " (" + count + ")";
    });
    nothing.hidden = found.length > 0 || !loosen(choice);
    status.textContent = filled(form.dataset.found, [found.length, tools.length]) + leftOut(choice);
    var address = FACETS.filter(function (facet) { return choice[facet]; })
      .map(function (facet) { return facet + "=" + encodeURIComponent(choice[facet]); }).join("&");
    var now = location.hash.slice(1);
    if (address !== now && (address || now.indexOf("=") > 0)) {
      history.replaceState(history.state, "", address ? "#" + address : location.pathname + location.search);
    }
  }

  function fromAddress() {
    var given = new URLSearchParams(location.hash.slice(1));
    FACETS.forEach(function (facet) { put(facet, given.get(facet) || ""); });
    update();
  }

  /* Every option that can be chosen, with the element that shows how many tools it would leave. */
  var options = [];
  form.querySelectorAll("option").forEach(function (option) {
    option.dataset.name = option.textContent;
    if (option.value) options.push({ facet: option.parentNode.name, value: option.value, node: option });
  });
  form.querySelectorAll("input").forEach(function (input) {
    var count = input.parentNode.querySelector("b");
    input.dataset.name = input.parentNode.textContent;
    if (input.value) options.push({ facet: input.name, value: input.value, node: count });
  });

  form.addEventListener("change", update);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { setTimeout(update, 0); });
  window.addEventListener("hashchange", fromAddress);
  form.hidden = false;
  fromAddress();
})();
