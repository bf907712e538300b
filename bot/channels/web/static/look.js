// Runs before the first paint, so that a remembered dark page never flashes white.
// A classic script on purpose: a module would run after the page is shown.
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.remove("no-script");
  try {
    var theme = localStorage.getItem("chungtay.theme");
    if (theme === "dark" || theme === "light") root.setAttribute("data-theme", theme);
    if (localStorage.getItem("chungtay.large") === "yes") root.setAttribute("data-large", "");
  } catch (storageForbidden) {
    // Private windows may forbid storage: the page then follows the device.
  }
})();
