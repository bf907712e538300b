// The box a person writes in: grows with the text, keeps the draft, counts near the limit, sends on Enter.

import { draft } from "./memory.js";
import { word } from "./words.js";

const LIMIT = 2000; // characters, the floor every channel keeps
const COUNT_FROM = 1800;
const form = document.getElementById("form");
const input = document.getElementById("input");
const counter = document.getElementById("counter");
let say = () => {}; // told once when the text grows too long, and again when it is sent all the same

/** Characters as the server counts them: code points of the composed text, not UTF-16 units. */
const lengthOf = (text) => Array.from(text.normalize("NFC").trim()).length;

function grow() {
  input.style.height = "auto";
  input.style.height = input.scrollHeight + 2 + "px";
}

function overText() {
  return word("characters_over", { count: lengthOf(input.value) - LIMIT });
}

function count() {
  const rest = LIMIT - lengthOf(input.value);
  const wasOver = counter.classList.contains("over");
  counter.hidden = rest > LIMIT - COUNT_FROM;
  counter.classList.toggle("over", rest < 0);
  if (counter.hidden) counter.textContent = "";
  else counter.textContent = rest < 0 ? overText() : word("characters_left", { count: rest });
  if (rest < 0 && !wasOver) say(overText());
  form.classList.toggle("empty", !input.value.trim());
}

function changed() {
  draft.save(input.value);
  grow();
  count();
}

function submit(onText) {
  const text = input.value.normalize("NFC").trim();
  if (!text || lengthOf(text) > LIMIT) {
    if (text) say(overText());
    input.focus();
    return;
  }
  input.value = "";
  changed();
  input.focus();
  onText(text);
}

function startKeys(onText) {
  let shift = false;
  input.addEventListener("keydown", (event) => {
    shift = event.shiftKey;
    if (event.key === "Escape") input.blur();
    // While a Telex keyboard is composing a word, Enter belongs to the word.
    if (event.key !== "Enter" || shift || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit(onText);
  });
  // Some phone keyboards report no key for Enter, only the line break that it would make.
  input.addEventListener("beforeinput", (event) => {
    if (event.inputType !== "insertLineBreak" || shift || event.isComposing) return;
    event.preventDefault();
    submit(onText);
  });
}

export const composer = {
  start(onText, announce) {
    say = announce;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      submit(onText);
    });
    // The keyboard of a phone stays open when the button is tapped.
    document.getElementById("send").addEventListener("pointerdown", (event) => event.preventDefault());
    input.addEventListener("input", changed);
    startKeys(onText);
    input.value = draft.load();
    this.refresh();
  },
  refresh() {
    grow();
    count();
  },
  /** Put a refused text back to be corrected, without losing what is being written. */
  putBack(text) {
    input.value = [text, input.value].filter(Boolean).join("\n");
    changed();
    input.focus();
  },
  /** What has been written so far, taken out of the box. */
  take() {
    const text = input.value.normalize("NFC").trim();
    if (lengthOf(text) > LIMIT) return "";
    this.clear();
    return text;
  },
  clear() {
    input.value = "";
    changed();
  },
  focus() {
    input.focus();
  },
};
