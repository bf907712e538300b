// What the browser keeps: unsent messages (survive closing the tab), the talk and the draft (this tab only).

const QUEUE = "chungtay.queue.";
const TALK = "chungtay.talk";
const DRAFT = "chungtay.draft";
const KEPT_ITEMS = 200;

/** A storage area that never throws: where storage is forbidden or full, plain memory takes over. */
function openStore(name) {
  const spare = new Map();
  const attempt = (action, otherwise) => {
    try {
      return action(window[name]);
    } catch (forbiddenOrFull) {
      return otherwise;
    }
  };
  return {
    get: (key) => (spare.has(key) ? spare.get(key) : attempt((area) => area.getItem(key), null)),
    set(key, value) {
      spare.set(key, value);
      attempt((area) => {
        area.setItem(key, value);
        spare.delete(key);
      });
    },
    remove(key) {
      spare.delete(key);
      attempt((area) => area.removeItem(key));
    },
    keys: () => attempt((area) => Object.keys(area), []).concat(Array.from(spare.keys())),
  };
}

const device = openStore("localStorage");
const tab = openStore("sessionStorage");

function parse(text, otherwise) {
  try {
    return text ? JSON.parse(text) : otherwise;
  } catch (damaged) {
    return otherwise;
  }
}

/** An id that stays the same however often the message is sent: the server drops the copies by it. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Messages not yet acknowledged, oldest first. One key each, so that two tabs never overwrite one another. */
export const queue = {
  add(message) {
    device.set(QUEUE + message.id, JSON.stringify(message));
  },
  remove(id) {
    device.remove(QUEUE + id);
  },
  all() {
    return device
      .keys()
      .filter((key) => key.startsWith(QUEUE))
      .map((key) => parse(device.get(key), null))
      .filter((message) => message && message.id)
      .sort((a, b) => a.order - b.order);
  },
  first() {
    return this.all()[0] || null;
  },
  has(id) {
    return device.get(QUEUE + id) !== null;
  },
  clear() {
    this.all().forEach((message) => this.remove(message.id));
  },
  /** Tell which messages another tab of this browser got through. */
  watch(removed) {
    window.addEventListener("storage", (event) => {
      if (event.newValue === null && event.key && event.key.startsWith(QUEUE)) removed(event.key.slice(QUEUE.length));
    });
  },
};

let lastOrder = 0;

/** Two messages typed within one millisecond, or after the clock was set back, keep their order in this tab. */
export function nextOrder() {
  lastOrder = Math.max(Date.now(), lastOrder + 1);
  return lastOrder;
}

/** The talk as shown in this tab, both sides, and the last sequence number seen. */
export const talk = {
  seq: 0, // the highest number seen: a reload asks only for newer messages
  floor: 0, // messages up to here were cleared on purpose
  chat: null,
  items: [],
  load() {
    const kept = parse(tab.get(TALK), {});
    this.seq = Number(kept.seq) || 0;
    this.floor = Number(kept.floor) || 0;
    this.chat = kept.chat || null;
    this.items = Array.isArray(kept.items) ? kept.items : [];
  },
  save() {
    this.items = this.items.slice(-KEPT_ITEMS);
    tab.set(TALK, JSON.stringify({ seq: this.seq, floor: this.floor, chat: this.chat, items: this.items }));
  },
  /** Forget what was said but not how far we have read: cleared messages must not come back. */
  clear() {
    this.items = [];
    this.floor = this.seq;
    this.save();
  },
  mine(id) {
    return this.items.find((item) => item.id === id) || null;
  },
};

export const draft = {
  load: () => tab.get(DRAFT) || "",
  save: (text) => (text ? tab.set(DRAFT, text) : tab.remove(DRAFT)),
};

export const remembered = {
  get: (name) => device.get("chungtay." + name),
  set: (name, value) => device.set("chungtay." + name, value),
};
