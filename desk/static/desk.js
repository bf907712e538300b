/* Keys for whoever works through many reports: j and k move, Enter opens, x chooses, a, t and h act. No key is needed. */
"use strict";

const table = document.querySelector("[data-rows]");
let rows = table ? [...table.querySelectorAll("[data-row]")] : [];
let current = -1;
/* A list that was fetched anew. */
addEventListener("rows", () => {
  rows = [...document.querySelectorAll("[data-rows] [data-row]")];
  current = -1;
});

function typing(target) {
  return target instanceof HTMLElement && target.matches("input:not([type=checkbox]), select, textarea");
}

function go(to) {
  if (!rows.length) return;
  rows[current]?.classList.remove("current");
  current = Math.max(0, Math.min(rows.length - 1, to));
  rows[current].classList.add("current");
  rows[current].scrollIntoView({ block: "nearest" });
  rows[current].querySelector("a")?.focus({ preventScroll: true });
}

function move(name) {
  const row = rows[current];
  const form = document.getElementById("move");
  if (!row || !form) return;
  form.action = `/can-bo/bao-cao/${row.dataset.id}/${name}`;
  form.elements.phien_ban.value = row.dataset.version;
  form.requestSubmit();
}

function choose() {
  const box = rows[current]?.querySelector("[name=chon]");
  if (box) box.click();
}

const onRows = {
  j: () => go(current + 1),
  k: () => go(current - 1),
  x: choose,
  a: () => {
    const button = table.querySelector("button.main");
    if (button && current >= 0) move(button.value);
  },
  t: () => current >= 0 && move("take"),
  h: () => current >= 0 && location.assign(`${rows[current].dataset.row}#h`),
};

function press(key) {
  const found = document.querySelector(`[data-key="${key}"]`);
  if (!found) return false;
  if (found.matches("input")) found.focus();
  else found.click();
  if (found.matches("summary")) found.parentElement.querySelector("textarea")?.focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const act = rows.length ? onRows[event.key] : undefined;
  if (act) act();
  else if (event.key.length !== 1 || !press(event.key)) return;
  event.preventDefault();
});

/* The same key pressed twice, or a button clicked twice, must not send a form twice. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.dataset.stays === undefined) form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

/* On a phone the menu is a strip that is moved sideways: the page one is on must be in it. */
document.querySelector(".top nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

const boxes = table ? [...table.querySelectorAll("[name=chon]")] : [];
const all = table?.querySelector("[data-all]");
const chosen = table?.querySelector("[data-chosen]");

function count() {
  const number = boxes.filter((box) => box.checked).length;
  if (chosen) chosen.textContent = number ? `(${number})` : "";
  if (all) {
    all.checked = number === boxes.length;
    all.indeterminate = number > 0 && number < boxes.length;
  }
}

all?.addEventListener("change", () => {
  for (const box of boxes) box.checked = all.checked;
  count();
});
table?.addEventListener("change", count);
if (table) count();
if (location.hash === "#h") press("h");
