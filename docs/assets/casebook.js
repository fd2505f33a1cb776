/* Calculators. Each has a twin in Python, generator/casebook/calculators.py, and a test that both agree. */
(function () {
  "use strict";
  var Z95 = 1.959963984540054;

  var calculators = {
    nps: function (given) {
      var promoters = given.promoters, detractors = given.detractors;
      var n = promoters + given.passives + detractors;
      if (n === 0) return null;
      var total = n + 3;
      var p = (promoters + 0.75) / total, d = (detractors + 0.75) / total;
      var error = Math.sqrt((p + d - (p - d) * (p - d)) / total);
      var sp = promoters / n, sd = detractors / n;
      var variance = sp + sd - (sp - sd) * (sp - sd);
      return {
        score: 100 * (promoters - detractors) / n,
        low: Math.max(-100, 100 * (p - d - Z95 * error)),
        high: Math.min(100, 100 * (p - d + Z95 * error)),
        needed: Math.ceil(Math.pow(Z95 * 100 / given.margin, 2) * variance)
      };
    }
  };

  var language = document.documentElement.lang || "en";
  var words = {
    en: { low: "at least", high: "at most", number: "enter a number", step: "use steps of", colon: ": ", empty: "There is no answer to count yet." },
    fr: { low: "au moins", high: "au plus", number: "saisissez un nombre", step: "avancez par pas de", colon: "\u00a0: ", empty: "Il n’y a encore aucune réponse à compter." }
  }[language === "fr" ? "fr" : "en"];

  function written(value, digits, sign) {
    var text = new Intl.NumberFormat(language, {
      minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: sign ? "exceptZero" : "negative"
    }).format(value);
    return text.replace("-", "\u2212");
  }

  function plain(limit) {
    return new Intl.NumberFormat(language).format(Number(limit));
  }

  function problem(input) {
    var state = input.validity;
    if (state.valueMissing || state.badInput) return words.number;
    if (state.rangeUnderflow) return words.low + " " + plain(input.min);
    if (state.rangeOverflow) return words.high + " " + plain(input.max);
    if (state.stepMismatch) return words.step + " " + plain(input.step);
    return "";
  }

  function update(form) {
    var given = {}, message = "";
    form.querySelectorAll("input").forEach(function (input) {
      var wrong = problem(input);
      input.setAttribute("aria-invalid", wrong ? "true" : "false");
      if (wrong && !message) message = input.labels[0].textContent + words.colon + wrong + ".";
      given[input.name] = input.valueAsNumber;
    });
    var result = message ? null : calculators[form.dataset.calculator](given);
    if (!message && !result) message = words.empty;
    form.querySelectorAll("[data-output]").forEach(function (cell) {
      cell.textContent = result
        ? written(result[cell.dataset.output], Number(cell.dataset.digits), "sign" in cell.dataset)
        : "\u2013";
    });
    var note = form.querySelector(".cx-problem");
    note.hidden = !message;
    note.textContent = message;
  }

  document.querySelectorAll("form.cx-calculator").forEach(function (form) {
    form.addEventListener("input", function () { update(form); });
    form.addEventListener("submit", function (event) { event.preventDefault(); update(form); });
  });
  window.cxCalculators = calculators;
})();
