// The phrases of the interface. The page carries Vietnamese; the server may replace it by another language.

let words = {};

function earlyWord(key) {
  const selector = `[data-word="${key}"]`;
  const found = document.querySelector(selector) || document.getElementById("early-words").content.querySelector(selector);
  return found ? found.textContent : "";
}

/** The phrase for `key`, with `{name}` replaced by the values given. */
export function word(key, values) {
  if (!key) return "";
  const phrase = words[key] || earlyWord(key);
  return phrase.replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? String(values[name]) : whole));
}

function fill(attribute, write) {
  document.querySelectorAll(`[${attribute}]`).forEach((element) => {
    const phrase = words[element.getAttribute(attribute)];
    if (phrase) write(element, phrase);
  });
}

export function useWords(next) {
  words = next || {};
  fill("data-word", (element, phrase) => (element.textContent = phrase));
  fill("data-word-label", (element, phrase) => element.setAttribute("aria-label", phrase));
  fill("data-word-placeholder", (element, phrase) => (element.placeholder = phrase));
}

/** Vietnamese letters tell a screen reader which voice to use, whatever the language of the page. */
export function languageOf(text) {
  return /[ăâđêôơưĂÂĐÊÔƠƯ\u1EA0-\u1EF9]/.test(text) ? "vi" : document.documentElement.lang;
}
