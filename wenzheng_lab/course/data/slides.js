// 翻页：方向键、空格、翻页键、首尾键；地址末尾的 #5 是第五张，刷新还在那一张。
// 一张的内容少就放大、多就缩小到看得清为止；缩到八成还放不下的，空格、翻页键先往下滚，滚到底再翻。
(function () {
  "use strict";
  const LEAST = 0.8, MOST = 1.9, FULL = 0.94;
  const slides = Array.from(document.querySelectorAll("section"));
  const shown = document.getElementById("wz-at");
  const more = document.getElementById("wz-more");
  let at = 0;
  function fit() {
    const slide = slides[at];
    const sheet = slide.firstElementChild;
    const style = getComputedStyle(slide);
    const wide = slide.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const high = slide.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
    // 二分：放大以后一行放得下的字变少，高度不是按比例变的，只能量
    let low = LEAST, top = MOST;
    for (let turn = 0; turn < 7; turn += 1) {
      const middle = (low + top) / 2;
      sheet.style.setProperty("--wz-zoom", middle);
      const box = sheet.getBoundingClientRect();
      if (box.height <= high * FULL && box.width <= wide + 1 && sheet.scrollWidth <= sheet.clientWidth + 1) low = middle;
      else top = middle;
    }
    sheet.style.setProperty("--wz-zoom", low);
    tell();
  }
  function left() {
    const slide = slides[at];
    return slide.scrollHeight - slide.clientHeight - slide.scrollTop;
  }
  function tell() {
    more.classList.toggle("wz-yes", left() > 8);
  }
  function go(to) {
    at = Math.max(0, Math.min(slides.length - 1, to));
    slides.forEach((slide, number) => slide.classList.toggle("wz-on", number === at));
    slides[at].scrollTop = 0;
    shown.textContent = at + 1 + " / " + slides.length;
    history.replaceState(null, "", "#" + (at + 1));
    fit();
  }
  function on() {
    if (left() > 8) slides[at].scrollBy(0, slides[at].clientHeight * 0.85);
    else go(at + 1);
  }
  document.body.classList.add("wz-live");
  document.getElementById("wz-back").addEventListener("click", () => go(at - 1));
  document.getElementById("wz-next").addEventListener("click", () => go(at + 1));
  document.addEventListener("keydown", (event) => {
    // 焦点在按钮、展开条上时，空格与回车归它们
    const busy = event.target.closest && event.target.closest("button,summary,input,select,textarea,a");
    if (event.key === "PageDown" || (event.key === " " && !busy)) on();
    else if (event.key === "ArrowRight") go(at + 1);
    else if (event.key === "ArrowLeft" || event.key === "PageUp") go(at - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(slides.length - 1);
    else return;
    event.preventDefault();
  });
  slides.forEach((slide) => slide.addEventListener("scroll", tell));
  // 展开一条，内容变长了：不重新缩，只告诉还有没有
  document.addEventListener("toggle", tell, true);
  window.addEventListener("resize", fit);
  window.addEventListener("hashchange", () => go(Number(location.hash.slice(1)) - 1 || 0));
  go(Number(location.hash.slice(1)) - 1 || 0);
})();
