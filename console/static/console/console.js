// Conveniences only; every page works without this file.
// Menus close on Escape and on a click elsewhere, as people expect of menus.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Filters, searches and pages of lists change the page in place (htmx); the address follows.
// What took its place must be found again by keyboard, and said to those who cannot see it.
const CONTROLS = "a, button, summary, input:not([type=hidden]), select";
let pressed = null;

document.addEventListener("htmx:beforeRequest", (event) => {
  const element = event.detail.elt;
  const part = element.closest("nav, form");
  // A form that is kept while somebody types leaves the focus where it is by then.
  if (!part || part.matches(".live")) return;
  // A form is sent from the box or button that has the focus; a menu closes on its own name.
  const held = part.contains(document.activeElement) ? document.activeElement : element;
  const control = held.closest("details.menu")?.querySelector("summary") ?? held;
  const parts = [...document.querySelectorAll("#main nav, #main form")];
  pressed = {
    part: parts.indexOf(part),
    control: [...part.querySelectorAll(CONTROLS)].indexOf(control),
    isPager: part.matches(".pager"),
  };
});

// Signed out, not allowed, gone or broken: the browser shows it as a page of its own.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  const asked = new URL(requestConfig.path, location.href);
  const came = new URL(xhr.responseURL || asked, location.href);
  // What was sent leads back to the page it was sent from.
  const isBack = requestConfig.verb !== "get" && came.pathname === location.pathname;
  const isHere = (came.pathname === asked.pathname || isBack) && [200, 400].includes(xhr.status);
  if (isHere) return;
  event.detail.shouldSwap = false;
  leave(event.detail);
});
document.addEventListener("htmx:sendError", (event) => leave(event.detail));

// What was asked for without a click takes nobody away from what is being typed.
function leave({ requestConfig, pathInfo }) {
  if (requestConfig.elt.matches("[data-quiet]")) return;
  const unsaved = requestConfig.elt.querySelector("[data-unsaved]");
  if (unsaved) {
    unsaved.hidden = false;
    return;
  }
  // The address of a form answers to nobody who only looks at it.
  location.assign(requestConfig.verb === "get" ? pathInfo.finalRequestPath : location.href);
}

document.addEventListener("htmx:afterSettle", () => {
  if (!pressed) return;
  const main = document.getElementById("main");
  const part = [...main.querySelectorAll("nav, form")][pressed.part];
  const control = pressed.isPager ? null : part?.querySelectorAll(CONTROLS)[pressed.control];
  (control ?? main).focus({ preventScroll: true });
  const words = [...main.querySelectorAll(".page-head h1, .page-head p")];
  document.getElementById("told").textContent = words.map((one) => one.textContent.trim()).join(". ");
  pressed = null;
});

// What stands in a box to be pasted elsewhere; without this file it is marked and copied by hand.
function offerCopies() {
  for (const button of document.querySelectorAll("[data-copies][hidden]")) button.hidden = !navigator.clipboard;
}
document.addEventListener("DOMContentLoaded", offerCopies);
document.addEventListener("htmx:afterSettle", offerCopies);
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const box = document.getElementById(button.dataset.copies);
  box.select();
  await navigator.clipboard.writeText(box.value);
  document.getElementById("told").textContent = button.textContent = "Copied";
});

// Somebody who begins most likely counts days where she is: her zone is chosen, and can be changed.
const zones = document.querySelector("select[data-zone]");
if (zones && zones.value === "UTC") {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...zones.options].some((one) => one.value === here)) zones.value = here;
}
