// Turns the text of a message into text nodes and links. Message text never passes through an HTML parser.

const PATTERN = new RegExp(
  [
    "https?://[^\\s<>\"']+", // a web address
    "(?:[a-z0-9-]+\\.)+gov\\.vn(?:/[^\\s<>\"']*)?", // a state site written without https://
    "\\+84(?:[ .-]?\\d){8,10}", // a phone number with the country's prefix
    "0\\d(?:[ .-]?\\d){7,9}", // a phone number as people write it
    "1[89]00(?:[ .-]?\\d){4,6}", // a free or paid hotline
    "11[1-5]", // the national emergency numbers
  ].join("|"),
  "gi",
);
const TRAILING = /[.,;:!?…'"”’»]+$/;
const CALLING = /(?:^|[^\p{L}])(?:gọi|bấm|tổng đài|đường dây|khẩn cấp|call|dial)(?![\p{L}])/iu;
const UNIT_AFTER = /^\s*(?:%|[./,]\d|[/-]|(?:hộ|người|đồng|nghìn|triệu|tỷ|ngày|tháng|năm|xã|thôn|điểm|km|m|people|households|days)(?!\p{L}))/iu;

const digits = (text) => text.replace(/[^\d+]/g, "");

/** 113 is a number to call in "gọi 113", and a count in "113 hộ": link only what a person would dial. */
function isEmergency(text, start, end) {
  const before = text.slice(0, start);
  const after = text.slice(end);
  if (/[\d.,/+-]$/.test(before) || /^\d/.test(after)) return false;
  return CALLING.test(text) && !UNIT_AFTER.test(after);
}

function isPhone(text, start, end) {
  return !/[\d/+]$/.test(text.slice(0, start)) && !/^(?:[ .-]?\d|\/)/.test(text.slice(end));
}

/** A closing bracket belongs to the address only when the address opened it. */
function trimAddress(address) {
  let kept = address.replace(TRAILING, "");
  while (kept.endsWith(")") && kept.split("(").length < kept.split(")").length) {
    kept = kept.slice(0, -1).replace(TRAILING, "");
  }
  return kept;
}

/** What the match at `start` should become: `{length, href, kind}`, or null for plain text. */
function target(text, match, start) {
  if (/^https?:/i.test(match)) {
    const address = trimAddress(match);
    return { length: address.length, href: address, kind: "web" };
  }
  if (/gov\.vn/i.test(match)) {
    if (/[@\w./-]$/.test(text.slice(0, start))) return null;
    const address = trimAddress(match);
    return { length: address.length, href: "https://" + address, kind: "web" };
  }
  const end = start + match.length;
  if (match.length === 3) {
    return isEmergency(text, start, end) ? { length: 3, href: "tel:" + match, kind: "urgent" } : null;
  }
  return isPhone(text, start, end) ? { length: match.length, href: "tel:" + digits(match), kind: "phone" } : null;
}

function anchor(found, label, callLabel) {
  const link = document.createElement("a");
  link.href = found.href;
  link.textContent = label;
  if (found.kind === "web") {
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  } else {
    link.className = found.kind === "urgent" ? "call urgent" : "call";
    link.setAttribute("aria-label", callLabel(label));
  }
  return link;
}

/** Append `text` to `parent`, with addresses and phone numbers as links. */
export function appendLinked(parent, text, callLabel) {
  PATTERN.lastIndex = 0;
  let done = 0;
  let match = PATTERN.exec(text);
  while (match) {
    const found = target(text, match[0], match.index);
    if (found) {
      parent.append(text.slice(done, match.index));
      parent.append(anchor(found, text.substr(match.index, found.length), callLabel));
      done = match.index + found.length;
      PATTERN.lastIndex = done;
    }
    match = PATTERN.exec(text);
  }
  parent.append(text.slice(done));
}
