/* Every text that stands out too little from what is behind it, with the ratio (WCAG 2, 1.4.3). */
() => {
  const lum = (c) => { const f = c.map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2]; };
  const canvas = document.createElement("canvas"); canvas.width = canvas.height = 1; const pen = canvas.getContext("2d", { willReadFrequently: true });
  const rgba = (text) => { pen.clearRect(0, 0, 1, 1); pen.fillStyle = text; pen.fillRect(0, 0, 1, 1); const d = pen.getImageData(0, 0, 1, 1).data; return [d[0], d[1], d[2], d[3] / 255]; };
  const over = (top, under) => top.slice(0, 3).map((v, i) => v * top[3] + under[i] * (1 - top[3]));
  const behind = (el) => { const stack = []; for (let e = el; e; e = e.parentElement) stack.unshift(rgba(getComputedStyle(e).backgroundColor)); return stack.reduce((u, t) => over(t, u), [255, 255, 255]); };
  const found = new Map();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const el = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || ["SCRIPT", "STYLE", "OPTION"].includes(el.tagName) || !el.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const style = getComputedStyle(el); const ground = behind(el);
    const a = lum(over(rgba(style.color), ground)), b = lum(ground);
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) found.set(`${el.tagName}.${el.className}`, `${ratio.toFixed(2)} ${walk.currentNode.data.trim().slice(0, 30)}`);
  }
  return [...found].map((one) => one.join(": "));
}
