// Draws the talk. Everything a person or the server wrote becomes text nodes, never HTML.

import { appendLinked } from "./links.js";
import { languageOf, word } from "./words.js";

const byId = (id) => document.getElementById(id);
const log = byId("log");
const scroller = byId("scroller");
const more = byId("more");
const NEAR_END = 120; // pixels
const MORE_HIDDEN = 60;
const TOUCH_MS = 1500; // a flung page rolls on for about so long
const calmly = window.matchMedia("(prefers-reduced-motion: reduce)");

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function speaker(key) {
  return element("span", "hidden-label", word(key) + ": ");
}

function clockTime(at) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "";
  const language = document.documentElement.lang;
  const hour = date.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hour12: false });
  const today = new Date().toDateString() === date.toDateString();
  return today ? hour : date.toLocaleDateString(language, { day: "2-digit", month: "2-digit" }) + " " + hour;
}

function body(text) {
  const paragraph = element("p", "text");
  paragraph.dir = "auto";
  paragraph.lang = languageOf(text);
  appendLinked(paragraph, text, (number) => word("call", { number }));
  return paragraph;
}

function choiceList(item, onChoice) {
  const list = element("ul", "choices");
  list.setAttribute("aria-label", word("choices_label"));
  item.choices.forEach((choice) => {
    const button = element("button", "choice", choice.label);
      button.lang = languageOf(choice.label);
    const chosen = () => button.setAttribute("aria-pressed", "true");
    if (item.chosen === choice.id) chosen();
    button.addEventListener("click", (event) => {
      list.querySelectorAll("[aria-pressed]").forEach((other) => other.removeAttribute("aria-pressed"));
      onChoice(item, choice, event);
      chosen();
    });
    const entry = element("li");
    entry.append(button);
    list.append(entry);
  });
  return list;
}

/** A card to keep: opens in full when touched; the text beside it says the same to who cannot see it. */
function picture(item) {
  const link = element("a", "picture");
  link.href = item.picture;
  link.target = "_blank";
  link.rel = "noopener";
  const image = element("img");
  image.src = item.picture;
  image.alt = item.text;
  image.loading = "lazy";
  link.append(image);
  return link;
}

function drawTheirs(item, onChoice) {
  const entry = element("li", "entry theirs-entry");
  entry.dataset.seq = item.seq;
  const bubble = element("div", "bubble theirs");
  bubble.append(speaker("from_them"), body(item.text));
  if (item.picture) bubble.append(picture(item));
  entry.append(bubble);
  if (item.choices && item.choices.length) entry.append(choiceList(item, onChoice));
  entry.append(element("p", "meta", clockTime(item.at)));
  return entry;
}

function drawMine(item, onEdit) {
  const entry = element("li", "entry mine-entry");
  entry.dataset.id = item.id;
  const bubble = element("div", "bubble mine");
  bubble.append(speaker("from_me"), body(item.text));
  if (item.picture) bubble.append(picture(item));
  entry.append(bubble, element("p", "refusal"), element("p", "meta"));
  const edit = element("button", "edit", word("edit_again"));
  edit.addEventListener("click", () => onEdit(item));
  entry.append(edit);
  drawState(entry, item);
  return entry;
}

function drawState(entry, item) {
  entry.dataset.state = item.state;
  entry.querySelector(".refusal").textContent = item.refusal || "";
  entry.querySelector(".meta").textContent = [clockTime(item.at), word("state_" + item.state)].filter(Boolean).join(" · ");
}

function end() {
  return scroller.scrollHeight - scroller.clientHeight;
}

function atEnd() {
  return end() - scroller.scrollTop < NEAR_END;
}

/** Whether new messages pull the page down; only the person's own scrolling changes it, not ours. */
let following = true;
let touchedAt = 0;

function watchScrolling() {
  const touched = () => (touchedAt = Date.now());
  ["wheel", "touchmove", "pointerdown", "keydown"].forEach((name) =>
    scroller.addEventListener(name, touched, { passive: true }),
  );
  scroller.addEventListener(
    "scroll",
    () => {
      if (Date.now() - touchedAt < TOUCH_MS) following = atEnd();
      if (end() - scroller.scrollTop < MORE_HIDDEN) more.hidden = true;
    },
    { passive: true },
  );
}

/** When the phone's keyboard opens, the lines just above it stay in sight. */
function watchHeight() {
  if (!window.ResizeObserver) return;
  let height = scroller.clientHeight;
  new ResizeObserver(() => {
    scroller.scrollTop += Math.max(0, height - scroller.clientHeight);
    height = scroller.clientHeight;
  }).observe(scroller);
}

function scrollTo(top) {
  touchedAt = 0; // what rolls from here on is our doing
  scroller.scrollTo({ top, behavior: calmly.matches ? "auto" : "smooth" });
}

export const view = {
  onChoice: () => {},
  onEdit: () => {},

  start() {
    watchScrolling();
    watchHeight();
    more.addEventListener("click", () => scrollTo(Math.min(end(), scroller.scrollTop + scroller.clientHeight * 0.8)));
  },

  /** Draw the whole talk anew (page opened, talk cleared, language changed). */
  redraw(items) {
    log.setAttribute("aria-live", "off"); // what was said before is not announced again
    log.replaceChildren(...items.map((item) => this.draw(item)));
    this.tidy();
    scroller.scrollTop = items.length ? end() : 0; // the greeting is read from its top
    more.hidden = true;
    setTimeout(() => log.setAttribute("aria-live", "polite"), 0);
  },

  draw(item) {
    return item.seq ? drawTheirs(item, this.onChoice) : drawMine(item, this.onEdit);
  },

  /** Add one item at its place: theirs are ordered by number, mine stand where they were typed. */
  add(item, before) {
    const next = before ? log.querySelector(`[data-seq="${before.seq}"]`) : null;
    log.insertBefore(this.draw(item), next);
    this.tidy();
    if (item.seq) this.follow();
    else this.toEnd();
  },

  /** Go down with a new answer, but never so far that the question leaves the screen: an answer is read from its top. */
  follow() {
    const questions = log.querySelectorAll(".mine-entry");
    const question = questions[questions.length - 1];
    const goal = question ? Math.min(end(), question.offsetTop - 12) : end();
    const reached = following && goal > scroller.scrollTop ? goal : scroller.scrollTop;
    if (reached !== scroller.scrollTop) scrollTo(reached);
    more.hidden = end() - reached < MORE_HIDDEN;
  },

  change(item) {
    const entry = log.querySelector(`[data-id="${item.id}"]`);
    if (entry) drawState(entry, item);
  },

  remove(id) {
    const entry = log.querySelector(`[data-id="${id}"]`);
    if (entry) entry.remove();
    this.tidy();
  },

  /** Only the newest choices stand out; older ones stay usable. The examples leave with the first message. */
  tidy() {
    const lists = Array.from(log.querySelectorAll(".choices"));
    const last = log.lastElementChild && log.lastElementChild.querySelector(".choices");
    lists.forEach((list) => list.classList.toggle("old", list !== last));
    byId("examples").hidden = log.childElementCount > 0;
  },

  typing(shown) {
    const mark = byId("typing");
    if (mark.hidden !== shown) return;
    mark.hidden = !shown;
    if (shown && following) scrollTo(end());
  },

  /** After a change of size: whoever was at the end of the talk still is. */
  keepPlace() {
    if (following && log.childElementCount) scroller.scrollTop = end();
  },

  toEnd() {
    following = true;
    more.hidden = true;
    scrollTo(end());
  },
};
