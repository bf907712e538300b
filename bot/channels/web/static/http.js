// The plain HTTP half of the protocol, and how long to wait between tries.

const FIRST_MS = 500;
const LONGEST_MS = 15000;
const PATIENCE_MS = 15000;
const PHOTO_PATIENCE_MS = 90000; // a photo over a village's line

/** Half a second to fifteen, doubling, with chance in it: a restarted server is not met by all browsers at once. */
export function backoff(tries) {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries, 10));
  return Math.max(FIRST_MS, ceiling / 2 + (Math.random() * ceiling) / 2);
}

async function request(path, options, signal, patience) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patience);
  const passOn = () => stop.abort();
  if (signal) {
    if (signal.aborted) stop.abort();
    signal.addEventListener("abort", passOn);
  }
  try {
    const settings = { credentials: "same-origin", cache: "no-store", signal: stop.signal };
    const response = await fetch(path, Object.assign(settings, options));
    let body = null;
    try {
      body = await response.json();
    } catch (notJson) {
      body = null;
    }
    return { ok: response.ok && body !== null, status: response.status, body };
  } catch (noLine) {
    return { ok: false, status: 0, body: null };
  } finally {
    clearTimeout(timer);
    if (signal) signal.removeEventListener("abort", passOn);
  }
}

/** GET JSON; `wait` is how many seconds the server may hold the answer back. */
export function ask(path, signal, wait) {
  return request(path, {}, signal, PATIENCE_MS + (wait || 0) * 1000);
}

/** Send one message. Answers a frame as the socket would: ack, refused, or failed (nothing is known, try again). */
export async function postMessage(message) {
  const headers = { "Content-Type": "application/json", "X-Requested-With": "chungtay" };
  const options = { method: "POST", headers, body: JSON.stringify(message) };
  const reply = await request("/chat/messages", options, null, PATIENCE_MS);
  const body = reply.body;
  if (body && (body.type === "ack" || body.type === "refused")) return Object.assign({ id: message.id }, body);
  if (reply.ok) return { type: "ack", id: message.id };
  const lasting = [400, 413, 422].indexOf(reply.status) >= 0; // sending the same again cannot help
  if (lasting) return { type: "refused", id: message.id, text: "" };
  return { type: "failed", forbidden: reply.status === 401 || reply.status === 403 };
}

/** Send a photo: `{photo}` with its key, `{text}` with the reason why not, or neither where the line is bad. */
export async function postPhoto(blob) {
  const headers = { "Content-Type": "application/octet-stream", "X-Requested-With": "chungtay" };
  const path = "/chat/photos?lang=" + document.documentElement.lang;
  const reply = await request(path, { method: "POST", headers, body: blob }, null, PHOTO_PATIENCE_MS);
  if (reply.body && (reply.body.photo || reply.body.text)) return reply.body;
  return reply.status === 413 ? { tooLarge: true } : {};
}
