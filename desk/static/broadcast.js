/* Counts the audience while the form is filled in, counts what is left of the text, and moves the progress bar. The pages
   work without it. */
const WAIT_MS = 500;
const LOOK_MS = 2000;
const LONGEST_LOOK_MS = 20000;

/* ---- how many get it ---- */
const form = document.querySelector("form[data-count]");
const count = document.getElementById("count");
let timer = 0;
let asked = 0;

async function recount() {
  const number = ++asked;
  const fields = new FormData(form);
  fields.delete("anh");
  count.classList.add("stale");
  try {
    const answer = await fetch(form.dataset.count, { method: "POST", body: fields, credentials: "same-origin" });
    const text = await answer.text();
    if (number !== asked || !answer.ok || answer.redirected) return;
    count.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
    count.classList.remove("stale");
  } catch {
    /* The line is gone: the last count stays, grey. The button counts on the server. */
  }
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(recount, WAIT_MS);
}

if (form && count) {
  const asks = (target) => target.matches?.("[name^=n], [name=chu_de], [name=khan], [name=json], [name=cach]");
  form.addEventListener("input", (event) => asks(event.target) && soon());
  for (const button of form.querySelectorAll("[data-recount]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      recount();
    });
  }
}

/* ---- what is left of the text ---- */
for (const area of document.querySelectorAll("textarea[data-room]")) {
  const language = area.name.split("_").pop();
  const parts = [`tieu_de_${language}`, area.name, `lien_ket_${language}`].map((name) => form.elements[name]);
  const left = area.parentElement.querySelector("output");
  const tell = () => {
    const said = parts.map((part) => part.value.trim()).filter(Boolean);
    const room = Number(area.dataset.room) - said.join("\n\n").length - 2;
    left.textContent = room < 0 ? `quá ${-room} ký tự` : `còn ${room} ký tự`;
    left.classList.toggle("over", room < 0);
  };
  for (const part of parts) part.addEventListener("input", tell);
  tell();
}

/* A second press of the same button must not keep the announcement twice. */
/* Its own mark: desk.js stops a form that bears the mark "sent", and it looks after this. */
form?.addEventListener("submit", (event) => {
  if (form.dataset.kept) event.preventDefault();
  form.dataset.kept = "yes";
  setTimeout(() => delete form.dataset.kept, 5000);
});

/* ---- how far it has come ---- */
const bar = document.querySelector("[data-progress]");
const written = new Intl.NumberFormat("vi");
let wait = LOOK_MS;

async function look() {
  try {
    const answer = await fetch(bar.dataset.progress, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const found = await answer.json();
    if (found.state !== bar.dataset.stateNow) {
      location.reload();
      return;
    }
    bar.querySelector("progress").value = found.percent;
    for (const part of bar.querySelectorAll("[data-n]")) part.textContent = written.format(found[part.dataset.n]);
    wait = LOOK_MS;
  } catch {
    wait = Math.min(wait * 2, LONGEST_LOOK_MS);
  }
  setTimeout(look, wait);
}

if (bar && ["running", "paused"].includes(bar.dataset.stateNow)) setTimeout(look, wait);
