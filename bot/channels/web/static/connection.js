// One talk over a bad line: WebSocket first, plain HTTP when sockets do not get through.
// Messages leave one at a time and stay in the queue until the server says it has them, so a message is never lost,
// and it never overtakes another; the server drops copies by id.

import { ask, backoff, postMessage } from "./http.js";

const SOCKET_TRIES = 3; // failed sockets before the HTTP fallback
const OPENING_MS = 10000;
const ANSWER_MS = 12000; // no ack or pong for so long: the line is dead although nobody closed it
const WAKING_MS = 5000; // after sleep a socket is often dead: find out sooner
const PING_MS = 25000;
const SOCKET_AGAIN_MS = 30000; // how often the fallback tries whether sockets work again
const POLL_SECONDS = 20;

export class Connection {
  /** `host`: lastSeq(), nextMessage(), prepare(), and the events onFrame, onState, onSending, onUnsent. */
  constructor(host) {
    this.host = host;
    this.socket = null;
    this.mode = "socket";
    this.online = false;
    this.prepared = false;
    this.tries = 0; // for the waiting time
    this.socketFailures = 0; // for the fallback
    this.sending = null; // id of the message under way
    this.pausedUntil = 0; // the server asked us to slow down
    this.timers = {};
    this.poll = null;
    this.preparing = false;
  }

  start() {
    window.addEventListener("online", () => this.wake());
    window.addEventListener("offline", () => this.lost());
    window.addEventListener("pageshow", (event) => event.persisted && this.wake());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.wake());
    this.connect();
  }

  /** Something says the line may be back, or we were asleep: look now instead of waiting. */
  wake() {
    this.tries = 0;
    if (this.socket && this.socket.readyState === WebSocket.OPEN) {
      this.ping(WAKING_MS);
      return;
    }
    this.abandonOpening();
    if (this.poll) this.poll.abort();
    else this.connect();
    this.trySocketBeside();
  }

  /** A socket still being opened over the line that just changed may hang: begin anew, without counting it. */
  abandonOpening() {
    if (!this.socket) return;
    this.socket.onclose = null;
    this.socket.close();
    this.socket = null;
    this.clear("opening");
  }

  /** The device says it is offline. Keep trying all the same: devices are wrong about it at times. */
  lost() {
    if (this.poll) this.poll.abort();
    if (this.socket) this.dropSocket(this.socket);
    else this.retryLater();
  }

  async connect() {
    this.clear("retry");
    if (this.preparing) return;
    if (!this.prepared) {
      this.preparing = true;
      this.prepared = await this.host.prepare();
      this.preparing = false;
      if (!this.prepared) {
        this.retryLater();
        return;
      }
    }
    if (this.mode === "socket") this.openSocket();
    else this.startPolling();
  }

  retryLater() {
    this.setOnline(false);
    this.clear("retry");
    this.timers.retry = setTimeout(() => this.connect(), backoff(this.tries));
    this.tries += 1;
  }

  openSocket() {
    if (this.socket) return;
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/chat/socket?after=${this.host.lastSeq()}`);
    this.socket = socket;
    socket.proven = false;
    this.timers.opening = setTimeout(() => this.dropSocket(socket), OPENING_MS);
    socket.onopen = () => this.ping();
    socket.onmessage = (event) => this.received(socket, event.data);
    socket.onclose = () => this.dropSocket(socket);
  }

  /** A proxy may accept a socket and carry nothing over it: only a first frame from the server proves it. */
  received(socket, data) {
    if (socket !== this.socket) return;
    this.clear("answer");
    if (!socket.proven) {
      socket.proven = true;
      this.clear("opening");
      this.socketFailures = 0;
      this.tries = 0;
      this.mode = "socket";
      this.clear("again");
      if (this.poll) this.poll.abort();
      this.timers.ping = setInterval(() => this.ping(), PING_MS);
      this.setOnline(true);
    }
    let frame = null;
    try {
      frame = JSON.parse(data);
    } catch (damaged) {
      return;
    }
    if (frame.type !== "pong") this.take(frame);
    if (this.sending) this.expectAnswer();
    this.pump();
  }

  ping(patience) {
    if (!this.socket || this.socket.readyState !== WebSocket.OPEN) return;
    this.socket.send('{"type":"ping"}');
    this.expectAnswer(patience);
  }

  expectAnswer(patience) {
    const socket = this.socket;
    if (this.timers.answer) return;
    this.timers.answer = setTimeout(() => this.dropSocket(socket), patience || ANSWER_MS);
  }

  dropSocket(socket) {
    if (socket !== this.socket) return;
    this.socket = null;
    socket.onclose = null;
    socket.close();
    ["opening", "answer"].forEach((name) => this.clear(name));
    clearInterval(this.timers.ping);
    if (this.mode === "http") {
      this.trySocketLater(); // a try beside the polling: the talk goes on without it
      return;
    }
    if (!socket.proven) this.socketFailed();
    this.retryLater();
  }

  socketFailed() {
    this.prepared = false; // the session may be gone: ask for it again
    this.socketFailures += 1;
    if (this.socketFailures < SOCKET_TRIES) return;
    this.mode = "http";
    this.tries = 0;
    this.trySocketLater();
  }

  trySocketLater() {
    this.clear("again");
    this.timers.again = setTimeout(() => this.trySocketBeside(), SOCKET_AGAIN_MS);
  }

  /** Try a socket while polling goes on; whichever delivers first wins, and doubles are dropped by number. */
  trySocketBeside() {
    this.clear("again");
    if (this.mode === "http") this.openSocket();
  }

  async startPolling() {
    if (this.poll) return;
    this.poll = new AbortController();
    while (this.mode === "http") {
      const wait = this.online ? POLL_SECONDS : 0; // the first answer tells at once that the line works
      const reply = await ask(`/chat/messages?after=${this.host.lastSeq()}&wait=${wait}`, this.poll.signal, wait);
      if (!reply.ok) {
        if (reply.status === 401 || reply.status === 403) this.prepared = false;
        break;
      }
      this.polled(reply.body);
    }
    this.poll = null;
    if (this.mode === "http") this.retryLater();
  }

  polled(body) {
    const back = !this.online;
    this.tries = 0;
    this.setOnline(true);
    (body.messages || []).forEach((message) => this.take(Object.assign({ type: "message" }, message)));
    if (back && this.everPolled) this.trySocketBeside(); // the server was away: sockets may work as well now
    this.everPolled = true;
    this.pump();
  }

  /** Send the oldest waiting message, if nothing is under way. */
  pump() {
    if (!this.online || this.sending) return;
    const rest = this.pausedUntil - Date.now();
    if (rest > 0) {
      this.clear("pause");
      this.timers.pause = setTimeout(() => this.pump(), rest);
      return;
    }
    const message = this.host.nextMessage();
    if (!message) return;
    this.sending = message.id;
    this.host.onSending(message.id);
    if (this.mode === "socket") {
      this.socket.send(JSON.stringify(message));
      this.expectAnswer();
    } else {
      this.post(message);
    }
  }

  async post(message) {
    const frame = await postMessage(message);
    if (frame.type !== "failed") this.take(frame);
    else if (this.sending === message.id) this.postFailed(frame);
    this.pump();
  }

  postFailed(frame) {
    this.unsend();
    if (this.mode === "socket") return; // a socket took over meanwhile: it sends the message again
    if (frame.forbidden) this.prepared = false;
    this.setOnline(false);
    if (this.poll) this.poll.abort();
    else this.retryLater();
  }

  unsend() {
    if (this.sending) this.host.onUnsent(this.sending);
    this.sending = null;
  }

  take(frame) {
    if ((frame.type === "ack" || frame.type === "refused") && frame.id === this.sending) this.sending = null;
    if (frame.type === "refused" && frame.retry_after) this.pausedUntil = Date.now() + frame.retry_after * 1000;
    this.host.onFrame(frame);
  }

  setOnline(online) {
    if (this.online === online && this.told) return;
    this.told = true;
    this.online = online;
    if (!online) this.unsend();
    this.host.onState(online);
  }

  clear(name) {
    clearTimeout(this.timers[name]);
    this.timers[name] = null;
  }
}
