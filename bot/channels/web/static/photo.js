// A photo of the person: made small here, sent, and handed on as the key of a message.

import { postPhoto } from "./http.js";
import { word } from "./words.js";

const LARGEST = 10000000; // bytes that the server takes
const LONGEST_SIDE = 1600; // pixels
const QUALITY = 0.85;
const TRIES = 3;
const AGAIN_MS = 2000;
const input = document.getElementById("photo");

/** The photo with at most 1600 pixels a side, or null where this browser cannot read it. */
async function smaller(file) {
  let bitmap = null;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const paper = canvas.getContext("2d");
    paper.fillStyle = "#fff"; // what shows through would turn black
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  } catch (unreadable) {
    return null;
  } finally {
    if (bitmap) bitmap.close();
  }
}

async function sent(blob) {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const reply = await postPhoto(blob);
    if (reply.photo || reply.text || reply.tooLarge) return reply;
    await new Promise((done) => setTimeout(done, AGAIN_MS * tries));
  }
  return {};
}

/** One chosen file: its key, or null after the person has been told why not. */
async function take(file, announce) {
  const tooLarge = () => announce(word("photo_too_large", { most: LARGEST / 1000000 }));
  const blob = (await smaller(file)) || file;
  if (blob.size > LARGEST) {
    tooLarge();
    return null;
  }
  const reply = await sent(blob);
  if (reply.photo) return reply.photo;
  if (reply.tooLarge) tooLarge();
  else announce(reply.text || word("photo_failed"));
  return null;
}

export const photo = {
  /** `onPhoto` gets the key of a photo that the server has. */
  start(onPhoto, announce) {
    input.addEventListener("change", async () => {
      const file = input.files && input.files[0];
      input.value = ""; // the same photo may be chosen again
      if (!file) return;
      input.disabled = true;
      announce(word("photo_sending"));
      const key = await take(file, announce);
      input.disabled = false;
      if (key) onPhoto(key);
    });
  },
};
