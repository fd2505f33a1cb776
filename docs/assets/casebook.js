/* Forms of the calculators. What each computes is in calculators/<name>.js, which only pages that hold it load;
   its twin in Python is generator/casebook/calculators/, and a test holds the two together. */
(function () {
  "use strict";
  const calculators = (window.cxCalculators = {});
  const home = document.currentScript.src.replace(/[^/]*$/, "");
  const language = document.documentElement.lang || "en";
  const words = {
    en: { low: "at least", high: "at most", number: "enter a number", step: "use steps of", colon: ": " },
    fr: { low: "au moins", high: "au plus", number: "saisissez un nombre", step: "avancez par pas de", colon: "\u00a0: " }
  }[language === "fr" ? "fr" : "en"];

  function written(value, digits, sign) {
    const text = new Intl.NumberFormat(language, {
      minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: sign ? "exceptZero" : "negative"
    }).format(value);
    return text.replace("-", "\u2212");
  }

  const plain = (limit) => new Intl.NumberFormat(language).format(Number(limit));
  const fill = (text, ...parts) => text.replace(/\{(\d)\}/g, (_, place) => parts[place]);
  const rowsOf = (form) => [...form.querySelectorAll(".cx-rows > li")];
  const nameOf = (row) => row.querySelector(".cx-name input").value.trim();

  function problem(box) {
    const state = box.validity;
    if (state.valueMissing || state.badInput) return words.number;
    if (state.rangeUnderflow) return `${words.low} ${plain(box.min)}`;
    if (state.rangeOverflow) return `${words.high} ${plain(box.max)}`;
    if (state.stepMismatch) return `${words.step} ${plain(box.step)}`;
    return "";
  }

  function show(cell, value) {
    const { words: said, digits } = cell.dataset;
    if (value === null || value === undefined) cell.textContent = "\u2013";
    else cell.textContent = said ? JSON.parse(said)[value] : written(value, Number(digits), "sign" in cell.dataset);
  }

  /** Return what is typed, and the first thing that is wrong with it. */
  function read(form) {
    const given = {}, columns = {};
    let message = "";
    for (const box of form.querySelectorAll("input:not([type=text]), select")) {
      const wrong = problem(box), row = box.closest("li");
      box.setAttribute("aria-invalid", wrong ? "true" : "false");
      if (wrong && !message) {
        const label = box.labels[0].textContent;
        message = `${row && nameOf(row) ? `${nameOf(row)}, ${label}` : label}${words.colon}${wrong}.`;
      }
      if (box.name) given[box.name] = Number(box.value);
      else (columns[box.dataset.column] ||= []).push(Number(box.value));
    }
    return { given, columns, message };
  }

  function update(form) {
    const { given, columns, message } = read(form);
    const calculator = calculators[form.dataset.calculator];
    const result = message ? null : calculator(given, columns, JSON.parse(form.dataset.constants));
    for (const cell of form.querySelectorAll("[data-output]")) {
      const row = cell.closest("li"), value = result && result[cell.dataset.output];
      show(cell, row && value ? value[rowsOf(form).indexOf(row)] : value);
    }
    const note = form.querySelector(".cx-problem");
    note.textContent = message || (result ? "" : form.dataset.refusal);
    note.hidden = !note.textContent;
    if (calculator.draw) draw(form, calculator.draw, { given, columns, result });
  }

  /** Draw what the calculator says, in colours that follow the page; names of colours are those of the palette. */
  function draw(form, make, known) {
    const place = form.querySelector(".cx-drawn");
    place.hidden = !known.result;
    if (!known.result) return;
    const said = JSON.parse(place.dataset.words), width = place.clientWidth;
    const names = rowsOf(form).map((row, number) => nameOf(row) || fill(said.cause, number + 1));
    const zone = form.querySelector("[data-output=zone]");
    const zones = zone && JSON.parse(zone.dataset.words);
    const { marks, height, description } = make({ ...known, names, words: said, zones, fill, written, width });
    const id = `cx-${form.dataset.calculator}-picture`;
    const element = (tag, attributes, text = "") => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [key, value] of Object.entries(attributes)) {
        const colour = (key === "fill" || key === "stroke") && value !== "none";
        made.setAttribute(key, colour ? `var(--cx-${value})` : value);
      }
      made.textContent = text;
      return made;
    };
    const svg = element("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-labelledby": `${id}-title ${id}-text` });
    svg.append(
      element("title", { id: `${id}-title` }, said.title), element("desc", { id: `${id}-text` }, description),
      ...marks.map((mark) => element(...mark))
    );
    place.replaceChildren(svg);
  }

  /** Let rows be added and removed, the focus staying where the reader is. */
  function edit(form, list) {
    const add = form.querySelector(".cx-add");
    const limit = () => {
      const rows = rowsOf(form);
      add.disabled = rows.length >= Number(list.dataset.most);
      for (const row of rows) row.querySelector(".cx-remove").disabled = rows.length <= Number(list.dataset.least);
    };
    add.addEventListener("click", () => {
      const row = list.lastElementChild.cloneNode(true), defaults = JSON.parse(list.dataset.defaults);
      for (const box of row.querySelectorAll("input")) box.value = box.dataset.column ? defaults[box.dataset.column] : "";
      list.append(row);
      limit();
      update(form);
      row.querySelector("input").focus();
    });
    list.addEventListener("click", (event) => {
      const row = event.target.closest(".cx-remove")?.closest("li");
      if (!row) return;
      const next = row.nextElementSibling || row.previousElementSibling;
      row.remove();
      limit();
      update(form);
      next.querySelector("input").focus();
    });
    for (const button of form.querySelectorAll("button[hidden]")) button.hidden = false;
    limit();
    update(form);
    window.addEventListener("resize", () => update(form));
  }

  function start(form) {
    const list = form.querySelector(".cx-rows");
    form.addEventListener("input", () => update(form));
    form.addEventListener("submit", (event) => { event.preventDefault(); update(form); });
    if (list) edit(form, list);
  }

  for (const form of document.querySelectorAll("form.cx-calculator")) {
    const script = document.createElement("script");
    script.src = `${home}calculators/${form.dataset.calculator}.js`;
    script.onload = () => start(form);
    document.head.append(script);
  }
})();
