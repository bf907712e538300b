// The citizen's chat page: joins what is remembered, what is shown and what travels.

import { composer } from "./composer.js";
import { Connection } from "./connection.js";
import { ask } from "./http.js";
import { newId, nextOrder, queue, talk } from "./memory.js";
import { photo } from "./photo.js";
import { language, startSettings } from "./settings.js";
import { view } from "./view.js";
import { useWords, word } from "./words.js";

const STATUS_AFTER_MS = 1200; // a short gap is nobody's concern
const SAID_MS = 4000;
const TYPING_MS = 20000;
const byId = (id) => document.getElementById(id);
const fineTouch = window.matchMedia("(pointer: fine)");

let everOnline = false;
let lineTimer = null;
let saidTimer = null;
let lineWord = ""; // key of the phrase that stands while the line is down
let typingTimer = null;

function say(content) {
  const message = Object.assign({ id: newId(), order: nextOrder() }, content);
  queue.add(message);
  adopt(message);
  connection.pump();
}

/** Show a queued message, ours or one that another tab left behind. */
function adopt(message) {
  const text = message.text || message.label || (message.photo ? word("photo_mine") : "");
  const item = { id: message.id, text, at: new Date(message.order).toISOString(), state: "waiting" };
  if (message.photo) item.picture = "/chat/photos/" + message.photo;
  talk.items.push(item);
  talk.save();
  view.add(item, null);
}

function sayChoice(item, choice, event) {
  item.chosen = choice.id;
  say({ choice: choice.id, label: choice.label });
  // After a key press go on typing; after a tap a phone must not open its keyboard.
  if (event.detail === 0 || fineTouch.matches) composer.focus();
}

function editRefused(item) {
  talk.items = talk.items.filter((other) => other !== item);
  talk.save();
  view.remove(item.id);
  composer.putBack(item.text);
}

function clearTalk() {
  queue.clear();
  talk.clear();
  showTyping(false);
  view.redraw(talk.items);
}

function deleteTalk() {
  clearTalk();
  composer.clear();
  say({ text: word("delete_text") || "xóa dữ liệu" });
  announce(word("deleted_here"));
}

function restart() {
  clearTalk();
  say({ text: word("restart_text") || "bắt đầu lại" });
}

function askBeforeDeleting() {
  byId("confirm").returnValue = ""; // an Escape must not repeat an earlier yes
  byId("confirm").showModal();
}

function receive(frame) {
  if (frame.type === "message") receiveMessage(frame);
  else if (frame.type === "ack") acknowledged(frame.id);
  else if (frame.type === "refused") refused(frame);
  else if (frame.type === "typing") showTyping(true);
}

function receiveMessage(frame) {
  const seq = Number(frame.seq);
  if (!seq || talk.items.some((item) => item.seq === seq)) return;
  if (seq <= talk.floor) return; // cleared here: a late copy does not bring it back
  const item = { seq, text: String(frame.text || ""), choices: frame.choices || [], at: frame.at };
  if (frame.picture) item.picture = String(frame.picture);
  const later = talk.items.find((other) => other.seq > seq) || null;
  talk.items.splice(later ? talk.items.indexOf(later) : talk.items.length, 0, item);
  talk.seq = Math.max(talk.seq, seq);
  talk.save();
  showTyping(false);
  view.add(item, later);
}

function setState(id, state, refusal) {
  const item = talk.mine(id);
  if (!item) return;
  item.state = state;
  item.refusal = refusal || "";
  talk.save();
  view.change(item);
}

function acknowledged(id) {
  queue.remove(id);
  setState(id, "sent");
  const item = talk.mine(id);
  if (item && talk.items[talk.items.length - 1] === item) showTyping(true); // its answer is under way
}

/** Too fast: keep it and try again. Anything else: the person has to change it. */
function refused(frame) {
  if (frame.retry_after) {
    setState(frame.id, "later", frame.text);
    return;
  }
  queue.remove(frame.id);
  setState(frame.id, "refused", frame.text || word("refused_other"));
  announce(frame.text || word("refused_other"));
}

function showTyping(shown) {
  clearTimeout(typingTimer);
  view.typing(shown);
  if (shown) typingTimer = setTimeout(() => view.typing(false), TYPING_MS);
}

function showStatus(text, kind) {
  const status = byId("status");
  status.className = kind;
  if (status.textContent !== text) status.textContent = text;
}

/** Say something once, to eyes and screen readers; afterwards the state of the line stands there again. */
function announce(text) {
  clearTimeout(saidTimer);
  showStatus(text, "said");
  saidTimer = setTimeout(() => showStatus(word(lineWord), lineWord ? "lost" : ""), SAID_MS);
}

function showLine(online) {
  document.documentElement.dataset.line = online ? "online" : "offline";
  clearTimeout(lineTimer);
  if (online) {
    const wasLost = lineWord !== "";
    lineWord = "";
    if (wasLost && everOnline) announce(word("status_back"));
    else if (wasLost) showStatus("", "");
    everOnline = true;
    connection.pump();
    return;
  }
  showTyping(false);
  lineTimer = setTimeout(() => {
    lineWord = "status_reconnecting";
    showStatus(word(lineWord), "lost");
  }, STATUS_AFTER_MS);
}

/** Fetch the words and the session; true when the server answered. */
async function prepare() {
  const code = language.get();
  const reply = await ask("/chat/about?lang=" + code);
  if (!reply.ok) return false;
  useAbout(reply.body, code);
  return true;
}

function useAbout(about, code) {
  const changed = document.documentElement.lang !== code;
  language.show(code);
  useWords(about.words);
  document.title = about.title + " – " + about.place;
  byId("title").textContent = about.title;
  byId("place").textContent = about.place;
  byId("demo").hidden = !about.demo;
  composer.refresh();
  const other = about.chat && talk.chat && about.chat !== talk.chat; // a new session counts from one again
  if (other) {
    talk.seq = 0;
    talk.floor = 0;
    talk.items = talk.items.filter((item) => item.id && queue.has(item.id));
  }
  talk.chat = about.chat || talk.chat;
  talk.save();
  if (changed || other) view.redraw(talk.items);
}

async function changeLanguage() {
  language.set(document.documentElement.lang === "vi" ? "en" : "vi");
  if (!(await prepare())) announce(word("status_reconnecting"));
}

const connection = new Connection({
  lastSeq: () => talk.seq,
  nextMessage() {
    const message = queue.first();
    if (!message) return null;
    const { order, ...wire } = message;
    return wire;
  },
  prepare,
  onFrame: receive,
  onState: showLine,
  onSending: (id) => setState(id, "sending"),
  onUnsent: (id) => queue.has(id) && setState(id, "waiting"),
});

function restore() {
  talk.load();
  talk.items.forEach((item) => {
    // Left unfinished by a reload: still queued means waiting; no longer queued means it got through.
    if (["sending", "waiting", "later"].indexOf(item.state) >= 0) item.state = queue.has(item.id) ? "waiting" : "sent";
  });
  view.redraw(talk.items);
  queue.all().forEach((message) => talk.mine(message.id) || adopt(message));
  queue.watch((id) => setState(id, "sent"));
}

function start() {
  view.onChoice = sayChoice;
  view.onEdit = editRefused;
  view.start();
  startSettings(() => {
    composer.refresh();
    view.keepPlace();
  });
  restore();
  composer.start((text) => say({ text }), announce);
  photo.start((key) => {
    const text = composer.take(); // "BC-0012" typed beforehand says where the photo belongs
    say(text ? { photo: key, text } : { photo: key });
    announce("");
  }, announce);
  document.querySelectorAll("#examples button").forEach((button) => {
    button.addEventListener("click", (event) => {
      say({ text: button.querySelector("[data-word]").textContent });
      if (event.detail === 0 || fineTouch.matches) composer.focus();
    });
  });
  byId("restart").addEventListener("click", restart);
  byId("language").addEventListener("click", changeLanguage);
  byId("delete").addEventListener("click", askBeforeDeleting);
  byId("confirm").addEventListener("close", () => byId("confirm").returnValue === "yes" && deleteTalk());
  connection.start();
  if (fineTouch.matches) composer.focus();
}

start();
