// The switches a person sets once: large text, dark page, language. And the small menu that holds them.

import { remembered } from "./memory.js";

const root = document.documentElement;
const byId = (id) => document.getElementById(id);

function startDark() {
  const button = byId("dark");
  const show = () => button.setAttribute("aria-pressed", String(root.dataset.theme === "dark"));
  button.addEventListener("click", () => {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    remembered.set("theme", root.dataset.theme);
    show();
  });
  show();
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
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) show(false);
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
}
