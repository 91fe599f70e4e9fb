// 翻页：方向键、空格、翻页键、首尾键；地址末尾的 #5 是第五张，刷新还在那一张。
(function () {
  "use strict";
  const slides = Array.from(document.querySelectorAll("section"));
  const shown = document.getElementById("wz-at");
  let at = 0;
  function go(to) {
    at = Math.max(0, Math.min(slides.length - 1, to));
    slides.forEach((slide, number) => slide.classList.toggle("wz-on", number === at));
    slides[at].scrollTop = 0;
    shown.textContent = at + 1 + " / " + slides.length;
    history.replaceState(null, "", "#" + (at + 1));
  }
  document.body.classList.add("wz-live");
  document.getElementById("wz-back").addEventListener("click", () => go(at - 1));
  document.getElementById("wz-next").addEventListener("click", () => go(at + 1));
  document.addEventListener("keydown", (event) => {
    // 焦点在按钮、展开条上时，空格与回车归它们
    const busy = event.target.closest && event.target.closest("button,summary,input,select,textarea,a");
    if (event.key === "ArrowRight" || event.key === "PageDown" || (event.key === " " && !busy)) go(at + 1);
    else if (event.key === "ArrowLeft" || event.key === "PageUp") go(at - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(slides.length - 1);
    else return;
    event.preventDefault();
  });
  window.addEventListener("hashchange", () => go(Number(location.hash.slice(1)) - 1 || 0));
  go(Number(location.hash.slice(1)) - 1 || 0);
})();
