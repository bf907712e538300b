// Runs before the first paint, so that a dark page never flashes white.
// A classic script on purpose: a module would run after the page is shown.
(function () {
  "use strict";
  var root = document.documentElement;
  var theme = null;
  root.classList.remove("no-script");
  try {
    theme = localStorage.getItem("chungtay.theme");
    if (localStorage.getItem("chungtay.large") === "yes") root.setAttribute("data-large", "");
  } catch (storageForbidden) {
    // The page then follows the device.
  }
  if (!theme) theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  root.setAttribute("data-theme", theme);
})();
