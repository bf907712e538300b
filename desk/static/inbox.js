/* The inbox alive: what comes is shown at once, colleagues see each other, saved replies are put where one writes.
   Without this script every page still works; it only has to be loaded anew. */
"use strict";

const live = document.querySelector("[data-live]");
const holder = document.querySelector("[data-case]");
const caseId = holder?.dataset.case;
const SLOWEST_MS = 15000;
let pause = 1000;
let asked = 0;
let waiting;

function fresh() {
  clearTimeout(waiting);
  waiting = setTimeout(caseId ? freshTalk : freshList, Math.max(0, asked + pause - Date.now()));
}

async function take(address) {
  asked = Date.now();
  const answer = await fetch(address, { headers: { Accept: "text/html" }, redirect: "error" });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  /* A slow server is asked less often. */
  pause = Math.min(SLOWEST_MS, Math.max(1000, 10 * (Date.now() - asked)));
  return page;
}

async function freshList() {
  try {
    const page = await take(location.href);
    const now = document.querySelectorAll("[data-fresh]");
    const next = page.querySelectorAll("[data-fresh]");
    if (now.length !== next.length) return;
    const open = document.activeElement?.closest?.("[data-row]")?.dataset.row;
    next.forEach((part, place) => now[place].replaceWith(part));
    dispatchEvent(new Event("rows"));
    if (open) document.querySelector(`[data-row="${CSS.escape(open)}"] a`)?.focus({ preventScroll: true });
  } catch { pause = SLOWEST_MS; }
}

async function freshTalk() {
  try {
    const talk = (await take(`/can-bo/hop-thu/${caseId}/loi`)).querySelector(".talk");
    if (talk) document.querySelector("[data-talk]").replaceChildren(talk);
  } catch { pause = SLOWEST_MS; }
}

function tell(text, address) {
  if (!live) return;
  live.hidden = false;
  live.textContent = "";
  const link = document.createElement("a");
  link.href = address;
  link.textContent = text;
  live.append(link);
}

const WORDS = { person: "Có tin của người dân", staff: "Đồng nghiệp vừa trả lời", moved: "Vừa chuyển nơi xử lý", closed: "Vừa khép", reopened: "Vừa mở lại" };

function follow() {
  const source = new EventSource(`/can-bo/hop-thu/dong${caseId ? `?so=${caseId}` : ""}`);
  source.addEventListener("open", () => { if (!caseId) fresh(); });
  source.addEventListener("case", (event) => {
    const told = JSON.parse(event.data).filter((one) => WORDS[one.kind]).at(-1);
    if (told) tell(`${WORDS[told.kind]}: ${told.receipt}`, caseId ? location.pathname : `/can-bo/hop-thu/${told.case}`);
    fresh();
  });
  addEventListener("pagehide", () => source.close());
}

async function present() {
  const box = document.querySelector("[data-writes] textarea");
  const writing = document.activeElement === box && box.value !== box.defaultValue;
  const form = new URLSearchParams({ csrf: holder.dataset.csrf, soan: writing ? "1" : "" });
  try {
    const answer = await fetch(`/can-bo/hop-thu/${caseId}/co-mat`, { method: "POST", body: form, redirect: "error" });
    const others = (await answer.json()).others;
    const line = document.querySelector("[data-others]");
    line.hidden = !others.length;
    line.textContent = others.map((one) => `${one.name} đang ${one.writing ? "soạn" : "xem"}`).join(" · ");
  } catch { /* the next one will tell */ }
}

function put(box, text) {
  const start = box.selectionStart ?? box.value.length;
  const between = box.value && start && !box.value.slice(0, start).endsWith("\n") ? "\n" : "";
  box.setRangeText(between + text, start, box.selectionEnd ?? start, "end");
  box.focus();
}

const box = document.querySelector("[data-writes] textarea");
document.querySelector("[data-saved]")?.addEventListener("change", (event) => {
  if (box && event.target.value) put(box, event.target.value);
  event.target.value = "";
});
for (const link of document.querySelectorAll("[data-copy]")) {
  link.addEventListener("click", (event) => {
    if (!box) return;
    event.preventDefault();
    put(box, link.dataset.copy);
  });
}
addEventListener("beforeunload", (event) => {
  if (box && box.value !== box.defaultValue && !box.form.dataset.sent) event.preventDefault();
});

if (live) follow();
if (holder) {
  setInterval(present, 10000);
  box?.addEventListener("focus", present);
  box?.addEventListener("input", () => { if (!box.dataset.told) { box.dataset.told = "yes"; present(); } });
}
