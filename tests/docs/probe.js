/* What the tests ask of an open page. Each function returns plain data or a list of faults in words. */
window.probe = (() => {
  const shown = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const say = (one) => {
    const text = (one.textContent || "").trim().replace(/\s+/g, " ").slice(0, 50);
    const name = one.tagName.toLowerCase() + (one.id ? `#${one.id}` : "");
    return [name, ...one.classList].join(".") + (text ? ` "${text}"` : "");
  };
  const label = (one) =>
    one.getAttribute("aria-label") ||
    (one.getAttribute("aria-labelledby") || "")
      .split(/\s+/)
      .map((id) => (id && document.getElementById(id)?.textContent) || "")
      .join(" ")
      .trim();

  /** Return true if the element lies in a box that scrolls, or that shortens it as the theme shortens titles. */
  function boxed(one) {
    for (let box = one.parentElement; box && box !== document.body; box = box.parentElement) {
      const overflow = getComputedStyle(box).overflowX;
      if (overflow === "auto" || overflow === "scroll" || (overflow !== "visible" && !box.closest("article"))) return true;
    }
    return false;
  }

  /** Let colours arrive where they are going. */
  const settled = () => document.getAnimations().forEach((one) => one.finish());

  function headings() {
    const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(shown);
    const faults = levels.flatMap((one, place) => {
      const before = place ? Number(levels[place - 1].tagName[1]) : 0;
      return Number(one.tagName[1]) > before + 1 ? [`${say(one)} follows a heading of level ${before}`] : [];
    });
    const first = levels.filter((one) => one.tagName === "H1").length;
    return first === 1 ? faults : [`${first} headings of level 1`, ...faults];
  }

  function landmarks() {
    const faults = [];
    const top = (one) => !one.parentElement.closest("article, aside, main, nav, section");
    const wanted = { banner: "header, [role=banner]", main: "main, [role=main]", contentinfo: "footer, [role=contentinfo]" };
    for (const [role, selector] of Object.entries(wanted)) {
      const found = [...document.querySelectorAll(selector)].filter((one) => shown(one) && top(one)).length;
      if (found !== 1) faults.push(`${found} landmarks of the role ${role}`);
    }
    const names = [...document.querySelectorAll("nav, [role=navigation]")].filter(shown).map(label);
    if (!names.length) faults.push("no navigation");
    if (names.some((name) => !name)) faults.push("a navigation without a name");
    const twice = names.filter((name, place) => name && names.indexOf(name) !== place);
    return [...faults, ...twice.map((name) => `two navigations named "${name}"`)];
  }

  function pictures() {
    const images = [...document.querySelectorAll("img:not([alt])")].map((one) => `${one.src}: no alt`);
    const bare = [...document.querySelectorAll("article img[alt='']")].map((one) => `${one.src}: an empty alt among the text`);
    const drawings = [...document.querySelectorAll("article svg")].filter(
      (one) => !one.closest("[aria-hidden=true], a, button, label, .md-content__button") && one.parentElement.closest("svg") === null
    );
    const faults = drawings.flatMap((one) => {
      const title = one.querySelector(":scope > title"), text = one.querySelector(":scope > desc");
      const ids = (one.getAttribute("aria-labelledby") || "").split(/\s+/);
      const named = [title, text].every((part) => part && part.textContent.trim() && ids.includes(part.id));
      return one.getAttribute("role") === "img" && named ? [] : [`${say(one)}: not a role=img named by its title and description`];
    });
    return [...images, ...bare, ...faults];
  }

  /** Return what reaches beyond the right edge of a page of this width, in pixels. */
  function tooWide(width) {
    const faults = [];
    if (document.documentElement.scrollWidth > width) faults.push(`the page scrolls sideways, to ${document.documentElement.scrollWidth} px`);
    for (const one of document.body.querySelectorAll("*")) {
      if (one.closest("svg") && one.tagName !== "svg") continue;
      const box = one.getBoundingClientRect();
      if (box.width && box.right > width + 1 && shown(one) && !boxed(one)) faults.push(`${say(one)} reaches to ${Math.round(box.right)} px`);
    }
    return faults.slice(0, 8);
  }

  /** Return boxes that scroll sideways and cut off what stands above or below. */
  function clipped() {
    return [...document.querySelectorAll("article *")]
      .filter((one) => shown(one) && getComputedStyle(one).overflowY === "auto" && one.scrollHeight > one.clientHeight + 1)
      .map((one) => `${say(one)} shows ${one.clientHeight} of ${one.scrollHeight} px`);
  }

  /** Return the words in charts that are shown smaller than this, in pixels. */
  function smallWords(least) {
    const faults = [];
    for (const one of document.querySelectorAll("article svg text")) {
      if (!one.textContent.trim() || !shown(one)) continue;
      const matrix = one.getScreenCTM();
      const size = parseFloat(getComputedStyle(one).fontSize) * Math.sqrt(Math.abs(matrix.a * matrix.d - matrix.b * matrix.c));
      if (size < least) faults.push(`"${one.textContent.trim()}" is ${size.toFixed(1)} px`);
    }
    return faults.slice(0, 8);
  }

  /** Return what a printed page of this width would show wrongly. */
  function paper(width) {
    settled();
    const furniture = ".md-header, .md-tabs, .md-sidebar, .md-search, .md-footer, .md-top, .md-path, .headerlink, .cx-languages, .md-clipboard";
    const faults = [...document.querySelectorAll(furniture)].filter(shown).map((one) => `${say(one)} is printed`);
    for (const one of document.querySelectorAll("article, article *")) {
      if (one.closest("svg") && one.tagName !== "svg") continue;
      const box = one.getBoundingClientRect();
      const reach = Math.max(box.right, box.left + (getComputedStyle(one).overflowX === "visible" ? 0 : one.scrollWidth));
      if (box.width && shown(one) && reach > width + 1) faults.push(`${say(one)} reaches to ${Math.round(reach)} px`);
    }
    const bright = (colour) => {
      const [red, green, blue, alpha = 1] = colour.match(/[\d.]+/g).map(Number);
      return alpha === 0 ? 1 : (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
    };
    for (const one of document.querySelectorAll("body, article, article :is(p, li, h1, h2, td, th, pre, code, .cx-card, .cx-figure, .cx-question, .admonition)")) {
      if (!shown(one)) continue;
      const style = getComputedStyle(one);
      if (bright(style.backgroundColor) < 0.8) faults.push(`${say(one)} is printed on ${style.backgroundColor}`);
      if (bright(style.color) > 0.6) faults.push(`${say(one)} is printed in ${style.color}`);
    }
    return faults.slice(0, 8);
  }

  /** Run axe: all of its rules, or only those whose answer another width or other colours can change. */
  async function axe({ about = "all" } = {}) {
    settled();
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const rules = {
      width: ["scrollable-region-focusable", "target-size", "landmark-unique", "label", "button-name", "link-name"],
      colours: ["color-contrast", "link-in-text-block"],
    };
    const runOnly = about === "all" ? { type: "tag", values: tags } : { type: "rule", values: rules[about] };
    const result = await window.axe.run({ runOnly, resultTypes: ["violations"], preload: false });
    return result.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(" ")}: ${node.failureSummary.split("\n").slice(1).join(";")}`));
  }

  return { headings, landmarks, pictures, tooWide, clipped, smallWords, paper, axe };
})();
