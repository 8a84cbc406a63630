// The widget of cxapp: one question on a page of yours. No cookie, no markup, nothing of others.
// It keeps one moment in localStorage: when this visitor was asked last.
(() => {
  "use strict";
  const script = document.currentScript;
  const token = script && script.dataset.widget;
  if (!token) return;
  const own = script.dataset;
  const home = new URL(token, script.src).href;
  const isPreview = "preview" in own;
  const kept = `cxapp.widget.${token}`;
  const DAY = 864e5;
  const NAME = "cxapp-widget";
  let rules = null;
  let timer = 0;
  let host = null;
  let came = null;
  let language = own.lang || "";

  // --- whom, where and when ----------------------------------------------------------------

  // Where nothing can be kept the visitor would be asked on every page: so nobody is asked.
  const rests = () => {
    try {
      return Number(localStorage.getItem(kept)) + rules.rest * DAY > Date.now();
    } catch {
      return true;
    }
  };
  const remember = () => {
    try {
      localStorage.setItem(kept, Date.now());
    } catch {
      return false;
    }
    return true;
  };

  // The server decides the same way which page an answer may name (surveys/rules/widgets.py).
  const isOn = (pattern, path) => {
    const parts = pattern.split("*");
    const first = parts.shift();
    if (!parts.length) return first === path;
    const last = parts.pop();
    const end = path.length - last.length;
    let at = first.length;
    if (!path.startsWith(first) || !path.endsWith(last) || at > end) return false;
    for (const part of parts) {
      const found = path.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
  const path = () => {
    try {
      return decodeURI(location.pathname);
    } catch {
      return location.pathname;
    }
  };
  const asksHere = () => {
    const here = path();
    return rules.pages.some((one) => isOn(one, here)) && !rules.not.some((one) => isOn(one, here));
  };

  const send = async (step, body) => {
    const query = language ? `?lang=${encodeURIComponent(language)}` : "";
    const answer = await fetch(home + step + query, {
      method: body ? "POST" : "GET",
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body && JSON.stringify(body),
      credentials: "omit",
    });
    const told = await answer.json();
    return { ok: answer.ok, told };
  };

  // Asked again whenever the page changes, also where no new one is loaded.
  const look = async () => {
    clearTimeout(timer);
    try {
      const got = rules ? null : await send("");
      if (got && !got.ok) return;
      rules = rules || got.told;
    } catch {
      return;
    }
    if (host || rests() || !asksHere()) return;
    timer = setTimeout(due, rules.delay * 1000);
  };
  const due = () => {
    if (document.hidden) {
      document.addEventListener("visibilitychange", due, { once: true });
      return;
    }
    // Another tab may have asked meanwhile; another widget may stand there.
    if (host || rests() || !asksHere() || document.querySelector(NAME)) return;
    // Drawn once: who is passed over rests as long as who is asked.
    if (!(Math.random() * 100 < rules.sample)) {
      if (rules.sample) remember();
      return;
    }
    ask(false);
  };

  const ask = async (wanted) => {
    if (host) return;
    host = document.createElement(NAME);
    try {
      const { ok, told } = await send("/question", { wanted, customer: own.customer });
      if (told.refused) console.warn(`cxapp widget: nobody is known here. ${told.refused}`);
      const comes = isPreview || wanted || remember();
      if (ok && told.ask && comes) return open(told, wanted);
      if (!ok && wanted) return open({ lang: "", dir: "", close: "", ...told, over: told.problem }, wanted);
    } catch {
      // The page goes on as if nothing had been there.
    }
    host = null;
  };

  // --- what it is made of --------------------------------------------------------------------

  const h = (tag, attributes, ...inside) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (typeof value === "function") made.addEventListener(name, value);
      else if (value !== false && value !== "" && value != null) {
        made.setAttribute(name, value === true ? "" : value);
      }
    }
    const isBare = tag === "bdi" || tag === "option";
    made.append(...inside.flat().filter((one) => one).map((one) => (isBare ? one : isolated(one))));
    return made;
  };
  // Words that nobody translated keep their own direction (respond/templatetags/bidi.py).
  const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/g;
  const isolated = (text) => {
    if (text.nodeType || !asked) return text;
    const isRtl = text.search(RTL) >= 0;
    const isLtr = /\p{L}/u.test(text.replace(RTL, ""));
    const dir = isRtl ? "rtl" : "ltr";
    return isRtl === isLtr || dir === asked.dir ? text : h("bdi", { dir }, text);
  };

  const CSS = `
:host { all: initial; position: fixed; inset-block-end: 16px; z-index: 2147483000;
  inline-size: min(25em, calc(100vw - 32px));
  font: 1em/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  --page: #fff; --ink: #1c2430; --soft: #596475; --fill: #f3f5f8; --edge: #7d8a9e; --bad: #a3271b }
*, ::before { box-sizing: border-box }
section { max-block-size: calc(100vh - 32px); max-block-size: calc(100dvh - 32px); overflow: auto;
  padding: 16px; border: 1px solid var(--edge); border-block-start: 4px solid var(--brand);
  border-radius: 12px; background: var(--page); color: var(--ink); overflow-wrap: anywhere;
  box-shadow: 0 12px 40px rgb(0 0 0 / .22) }
@media (prefers-reduced-motion: no-preference) {
  section { animation: comes .25s ease-out }
  @keyframes comes { from { opacity: 0; translate: 0 16px } }
}
header { display: flex; justify-content: space-between; align-items: start; gap: 8px;
  margin-block-end: 6px; color: var(--soft); font-size: .875em }
canvas { display: block; box-sizing: content-box; margin: -4px; padding: 4px; border-radius: 4px; background: #fff }
h2, p, fieldset, legend { margin: 0; padding: 0; border: 0; min-inline-size: 0; font-weight: inherit }
h2, .why { display: block; font-size: 1.0625em; font-weight: 600; line-height: 1.3 }
h2:focus { outline: none }
legend { inline-size: 100% }
form > * + *, .more { margin-block-start: 12px }
.more + .more { margin-block-start: 16px }
.points { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 4px;
  margin-block-start: 10px }
.points.worded, .picks { grid-template-columns: 1fr }
.points.seven { grid-template-columns: repeat(7, minmax(0, 1fr)) }
.points.five { grid-template-columns: repeat(5, minmax(0, 1fr)) }
.points.felt { grid-template: repeat(3, auto) / repeat(2, minmax(0, 1fr)); grid-auto-flow: column }
@media (max-width: 22.4em) { .points.felt { grid-template: none; grid-auto-flow: row } }
label.point { position: relative; display: block; cursor: pointer }
.point input { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; margin: 0;
  opacity: 0; cursor: pointer }
.point span { display: flex; align-items: center; justify-content: center; gap: 10px;
  block-size: 100%; min-block-size: 44px; padding: 2px; border: 1px solid var(--edge);
  border-radius: 8px; background: var(--fill); font-weight: 600; line-height: 1.25;
  font-variant-numeric: tabular-nums }
.worded span, .picks span, .felt span { justify-content: start; padding: 4px 12px }
.picks span, .felt span { font-weight: 400 }
.point svg { flex: none; inline-size: 32px; fill: none; stroke: currentcolor; stroke-width: 2;
  stroke-linecap: round }
.point i { font-style: normal; font-weight: 400 }
.point input:hover + span { border-color: var(--ink) }
.point input:checked + span { border-color: var(--ink); background: var(--ink); color: var(--page) }
:focus-visible, .point input:focus-visible + span { outline: 3px solid var(--ink); outline-offset: 2px }
.ends { display: flex; justify-content: space-between; gap: 16px; margin-block-start: 6px }
.ends :last-child { text-align: end }
.small, .ends { color: var(--soft); font-size: .875em; line-height: 1.3 }
.bad { padding: 6px 12px; border-inline-start: 4px solid var(--bad); background: var(--fill);
  color: var(--bad); font-weight: 600 }
textarea { display: block; inline-size: 100%; min-block-size: 5.5em; margin-block-start: 8px;
  padding: 8px 10px; border: 1px solid var(--edge); border-radius: 8px; background: var(--page);
  color: var(--ink); font: inherit; resize: vertical; unicode-bidi: plaintext }
button { min-block-size: 44px; padding: 8px 16px; border: 2px solid var(--rim); border-radius: 8px;
  background: var(--brand); color: var(--on-brand); font: inherit; font-weight: 600; cursor: pointer }
button:hover { border-color: var(--ink) }
button[aria-disabled] { opacity: .6 }
.wide { display: block; inline-size: 100% }
.quiet { border-color: var(--edge); background: none; color: var(--ink) }
.close { flex: none; inline-size: 44px; margin: -10px -10px 0 0; padding: 0; border-color: transparent;
  background: none; color: var(--soft); font-size: 1.25em; line-height: 1 }
[dir=rtl] .close { margin: -10px 0 0 -10px }
select { max-inline-size: 100%; min-block-size: 32px; padding: 2px 6px; border: 1px solid var(--edge);
  border-radius: 6px; background: var(--page); color: var(--ink); font: inherit; font-size: .875em }
a { color: inherit }
.trap { position: absolute; inline-size: 1px; block-size: 1px; margin: -1px; overflow: hidden;
  clip-path: inset(50%) }
@media (pointer: fine) { .worded span, .picks span, .felt span { min-block-size: 38px } }
@media (forced-colors: active) {
  .point input:checked + span { forced-color-adjust: none; border-color: Highlight;
    background: Highlight; color: HighlightText }
}`;
  const DARK = "--page:#14181f;--ink:#e8ecf2;--soft:#a9b4c4;--fill:#232a35;--bad:#ff9d90;";

  // A style sheet that is made here is allowed where a page's policy allows no style element.
  const dress = (root, colours) => {
    const scheme = own.scheme || rules.scheme;
    const light = `:host{color-scheme:light;${colours.light}}`;
    const dark = `:host{color-scheme:dark;${DARK}${colours.dark}}`;
    const looks = { light, dark }[scheme] || `${light}@media(prefers-color-scheme:dark){${dark}}`;
    const side = (own.side || rules.side) === "left" ? "left" : "right";
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`${CSS}${looks}:host{${side}:16px}`);
    root.adoptedStyleSheets = [sheet];
  };

  // --- the steps -----------------------------------------------------------------------------

  let root = null;
  let panel = null;
  let before = null;
  let asked = null;
  let isBusy = false;

  const open = (told, wanted) => {
    asked = told;
    came = path();
    root = host.attachShadow({ mode: "open" });
    dress(root, told.colours || { light: "--brand:#2b5fd9;--rim:#2b5fd9;--on-brand:#fff", dark: "" });
    panel = h("section", { role: "dialog", "aria-labelledby": "title", tabindex: "-1" });
    const status = h("p", { class: "trap", role: "status" });
    root.append(status, panel);
    before = document.activeElement;
    // First in the page: whoever walks by keyboard meets it at once, and nothing is taken away.
    document.body.prepend(host);
    document.addEventListener("keydown", escape);
    told.over ? draw([heading(told.over)]) : first();
    // Somebody who is typing, or reading with the focus somewhere, is not to be pulled away.
    if (wanted || !before || before === document.body) focus();
    else setTimeout(() => status.append(told.title), 100);
  };
  const close = () => {
    const hadFocus = document.activeElement === host;
    document.removeEventListener("keydown", escape);
    host.remove();
    host = null;
    if (hadFocus && before && before.isConnected) before.focus({ preventScroll: true });
  };
  const escape = (event) => {
    const nowhere = document.activeElement === document.body;
    if (event.key !== "Escape" || !(nowhere || event.composedPath().includes(host))) return;
    event.stopPropagation();
    close();
  };
  const focus = () => root.getElementById("title").focus({ preventScroll: true });
  const heading = (text) => h("h2", { id: "title", tabindex: "-1" }, text);

  const draw = (inside, tongues) => {
    panel.lang = asked.lang;
    panel.dir = asked.dir || "auto";
    panel.replaceChildren(
      h("header", {},
        h("span", {}, asked.logo ? brand(asked.logo) : asked.organisation || "", " "),
        h("button", { type: "button", class: "close", "aria-label": asked.close || "×", click: close }, "×")),
      ...inside,
      tongues || "",
    );
    panel.scrollTop = 0;
  };
  const step = (inside) => {
    draw(inside);
    focus();
  };

  // Painted from its bytes: a page's policy may allow no pictures.
  const brand = ({ png, width, height }) => {
    const canvas = h("canvas", { role: "img", "aria-label": asked.organisation });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    const bytes = Uint8Array.from(atob(png), (one) => one.charCodeAt(0));
    createImageBitmap(new Blob([bytes])).then((picture) => {
      Object.assign(canvas, { width: picture.width, height: picture.height });
      canvas.getContext("2d").drawImage(picture, 0, 0);
    }).catch(() => canvas.replaceWith(isolated(asked.organisation)));
    return canvas;
  };
  const point = (type, name, value, inside, more) =>
    h("label", { class: "point" }, h("input", { type, name, value, ...more }), h("span", {}, inside));
  const face = (d) => {
    const make = (tag, more, ...inside) => {
      const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const name in more) node.setAttribute(name, more[name]);
      node.append(...inside);
      return node;
    };
    return make("svg", { viewBox: "0 0 32 32", "aria-hidden": "true" },
      make("circle", { cx: 16, cy: 16, r: 14 }), make("path", { d }));
  };
  const ends = (two) =>
    two.length ? h("p", { class: "ends", "aria-hidden": "true" }, two.map((one) => h("span", {}, one))) : "";
  const said = (text, at) => h("span", { class: "trap" }, ` ${text}`, at || "");

  // The words and choices stay where they are; what went wrong stands above the button.
  const problem = (form, text) => {
    const old = form.querySelector(".bad");
    if (old) old.remove();
    if (text) form.querySelector("button").parentNode.before(h("p", { class: "bad", role: "alert" }, text));
  };
  const post = async (form, name, body) => {
    if (isBusy) return;
    isBusy = true;
    const mine = host;
    const buttons = form.querySelectorAll("button");
    buttons.forEach((one) => one.setAttribute("aria-disabled", "true"));
    let got = null;
    try {
      got = await send(name, body);
    } catch {
      // Said below: nothing came back.
    }
    isBusy = false;
    buttons.forEach((one) => one.removeAttribute("aria-disabled"));
    // Closed meanwhile, and perhaps opened anew: what came belongs to nothing that stands there.
    if (host !== mine) return;
    if (got && got.ok && !isPreview) remember();
    if (got && got.ok) next(got.told, body);
    else {
      // What cannot be seen was taken out of them, or pressing again would never help.
      const words = Object.entries((got && got.told.words) || {});
      for (const [name, text] of words) form.elements[name].value = text;
      problem(form, (got && !got.told.failed && got.told.problem) || asked.unsent);
    }
  };
  const next = (told, body) => ({ again, why, thanks })[told.next](told, body);

  const first = () => {
    const button = h("button", { class: "wide" }, asked.send);
    const { points, worded } = asked;
    const shape = worded ? " worded" : points.length === 7 ? " seven" : points.length === 5 ? " five" : "";
    const dots = points.map((one, at) => {
      const end = asked.ends.length && one.label ? said(one.label) : "";
      const words = worded ? h("i", {}, one.label) : end;
      return point("radio", "score", one.score, [one.face ? face(one.face) : String(one.score), words], {
        change: () => {
          button.replaceChildren(isolated(points[at].send));
          problem(form, "");
        },
      });
    });
    const trap = h("p", { class: "trap", "aria-hidden": "true" },
      h("input", { name: asked.trap, tabindex: "-1", autocomplete: "off" }));
    const form = h("form", { novalidate: true, submit: (event) => {
      event.preventDefault();
      const filled = new FormData(form);
      if (!filled.has("score")) return problem(form, asked.noScore);
      post(form, "/score", { ...frame(), score: Number(filled.get("score")), shown: asked.shown,
        [asked.trap]: filled.get(asked.trap) });
    } },
    h("fieldset", {},
      h("legend", {}, heading(asked.question)),
      h("div", { class: `points${shape}` }, dots),
      ends(asked.ends)),
    trap,
    h("p", {}, button));
    draw([form], tongues());
  };
  const frame = () => ({ form: asked.form, page: came, customer: own.customer });

  const tongues = () => {
    if (!asked.languages || asked.languages.length < 2) return "";
    const choice = h("select", { "aria-label": asked.language, change: async () => {
      language = choice.value;
      try {
        const { ok, told } = await send("/question", { wanted: true, customer: own.customer });
        if (!ok || !host) return;
        asked = told;
        first();
        root.querySelector("select").focus();
      } catch {
        // It stays as it is.
      }
    } }, asked.languages.map(([tag, name]) =>
      h("option", { value: tag, lang: tag, selected: tag === asked.lang }, name)));
    return h("p", { class: "more" }, choice);
  };

  const again = (told, body) => {
    const form = h("form", { submit: (event) => {
      event.preventDefault();
      post(form, "/score", { ...body, [asked.trap]: "", shown: told.shown });
    } }, h("p", {}, h("button", { class: "wide" }, told.send)));
    step([heading(told.heading), h("div", { class: "more" }, form)]);
  };

  const words = (name, label, hint) => [
    h("label", { class: "why", for: name }, label),
    h("textarea", { id: name, name, rows: "3", "aria-describedby": `${name}-hint` }),
    h("p", { class: "small", id: `${name}-hint` }, hint),
  ];
  const followUp = (one, told) => {
    const name = one.kind === "text" ? `t${one.id}` : `c${one.id}`;
    if (one.kind === "text") return h("div", { class: "more" }, words(name, one.text, told.hint));
    const isMultiple = one.kind === "multiple";
    const isRating = one.kind === "rating";
    const dots = one.options.map(([pick, text], at) => {
      const at_end = isRating && (at === 0 || at === one.options.length - 1);
      return point(isMultiple ? "checkbox" : "radio", name, pick,
        [text, at_end ? said(one.ends[at ? 1 : 0]) : ""]);
    });
    const none = isMultiple ? "" : point("radio", name, " ", told.none, { checked: true });
    return h("fieldset", { class: "more" },
      h("legend", { class: "why" }, one.text),
      h("div", { class: `points ${isRating ? "five" : "picks"}` }, dots),
      ends(one.ends),
      none && h("div", { class: "points picks" }, none));
  };
  const why = (told) => {
    const felt = told.feelings.length && h("fieldset", { class: "more" },
      h("legend", { class: "why" }, told.feeling),
      h("div", { class: "points felt" },
        told.feelings.map(([value, text]) => point("checkbox", "feeling", value, text))));
    const reached = told.contacts.length && h("fieldset", { class: "more" },
      h("legend", { class: "why" }, told.contact),
      h("div", { class: "points picks" },
        told.contacts.map(([value, text]) => point("radio", "contact", value, text))));
    const form = h("form", { submit: (event) => {
      event.preventDefault();
      const filled = new FormData(form);
      const body = { answer: told.answer };
      for (const name of new Set(filled.keys())) body[name] = filled.getAll(name).filter((one) => one.trim());
      post(form, "/why", body);
    } },
    told.why ? h("div", {}, words("comment", told.why, told.hint)) : "",
    told.questions.map((one) => followUp(one, told)),
    felt || "",
    reached || "",
    h("p", {}, h("button", { class: "wide" }, told.add)),
    h("p", {}, h("button", { class: "wide quiet" }, told.nothing)));
    step([heading(told.heading), h("div", { class: "more" }, form)]);
  };

  const thanks = (told) => {
    const { review } = told;
    step([
      heading(told.heading),
      ...told.sentences.map((one) => h("p", { class: "more" }, one)),
      review && /^https?:/.test(review.address)
        ? h("p", { class: "more" }, `${review.text} `,
          h("a", { href: review.address, rel: "noreferrer", target: "_blank" }, review.link))
        : "",
      h("p", { class: "more" }, h("button", { type: "button", class: "wide quiet", click: close }, asked.close)),
    ]);
  };

  // --- how it begins -------------------------------------------------------------------------

  // A button of the page, such as "Tell us", opens it for whoever wants to say something now.
  document.addEventListener("click", async (event) => {
    const target = event.target instanceof Element && event.target.closest("[data-cxapp-open]");
    if (!target || (target.dataset.cxappOpen && target.dataset.cxappOpen !== token)) return;
    event.preventDefault();
    clearTimeout(timer);
    if (host && panel) return focus();
    try {
      // Where it is closed it says so, and asks on no page by itself.
      rules = rules || { pages: [], not: [], ...(await send("")).told };
    } catch {
      return;
    }
    ask(true);
  });
  const begin = () => {
    if (isPreview) {
      rules = {};
      return ask(true);
    }
    look();
    if (window.navigation) navigation.addEventListener("navigatesuccess", look);
    else window.addEventListener("popstate", look);
  };
  if (document.body) begin();
  else document.addEventListener("DOMContentLoaded", begin);
})();
