// The switches a person sets once: large text, dark page, language. And the small menu that holds them.

import { remembered } from "./memory.js";

const root = document.documentElement;
const byId = (id) => document.getElementById(id);

function showTheme(theme) {
  root.dataset.theme = theme;
  byId("dark").setAttribute("aria-pressed", String(theme === "dark"));
  const bar = getComputedStyle(root).getPropertyValue("--bar").trim();
  document.querySelector('meta[name="theme-color"]').content = bar;
}

/** Follow the device until the person has chosen. */
function startDark() {
  byId("dark").addEventListener("click", () => {
    showTheme(root.dataset.theme === "dark" ? "light" : "dark");
    remembered.set("theme", root.dataset.theme);
  });
  const device = window.matchMedia("(prefers-color-scheme: dark)");
  const follow = () => remembered.get("theme") || showTheme(device.matches ? "dark" : "light");
  if (device.addEventListener) device.addEventListener("change", follow);
  showTheme(root.dataset.theme);
}

function startLarge(onChange) {
  const button = byId("large");
  const show = () => button.setAttribute("aria-pressed", String("large" in root.dataset));
  button.addEventListener("click", () => {
    const on = !("large" in root.dataset);
    if (on) root.dataset.large = "";
    else delete root.dataset.large;
    remembered.set("large", on ? "yes" : "no");
    show();
    onChange();
  });
  show();
}

function startMenu() {
  const button = byId("menu-button");
  const menu = byId("menu");
  const show = (open) => {
    menu.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => show(menu.hidden));
  document.addEventListener("click", (event) => {
    if (!button.contains(event.target)) show(false); // an entry chosen, or a tap beside the menu
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || menu.hidden) return;
    event.stopPropagation();
    show(false);
    button.focus();
  });
  button.parentElement.parentElement.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget) && event.relatedTarget !== button) show(false);
  });
}

/** Browsers without `interactive-widget` (iOS) lay the keyboard over the page: shrink the page ourselves. */
function startKeyboardRoom(onResize) {
  const visible = window.visualViewport;
  if (!visible) return;
  visible.addEventListener("resize", () => {
    const covered = visible.scale === 1 && window.innerHeight - visible.height > 80;
    if (covered) root.style.setProperty("--room", visible.height + "px");
    else root.style.removeProperty("--room");
    onResize();
  });
}

export const language = {
  get() {
    const asked = new URLSearchParams(location.search).get("lang");
    const wanted = asked || remembered.get("language");
    return wanted === "en" ? "en" : "vi";
  },
  set(code) {
    remembered.set("language", code);
    const address = new URL(location.href);
    address.searchParams.delete("lang");
    history.replaceState(null, "", address);
  },
  /** The button offers the other language, in that language. */
  show(code) {
    root.lang = code;
    const button = byId("language");
    button.lang = code === "vi" ? "en" : "vi";
    button.textContent = code === "vi" ? "English" : "Tiếng Việt";
  },
};

export function startSettings(onResize) {
  startDark();
  startLarge(onResize);
  startMenu();
  startKeyboardRoom(onResize);
}
