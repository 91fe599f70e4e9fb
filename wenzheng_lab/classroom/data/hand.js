"use strict";
// 填的随时存在浏览器里；导出的表由 wenzheng class marks 读。
(() => {
  const sheet = document.getElementById("sheet");
  const items = Array.from(sheet.querySelectorAll("article"));
  const store = sheet.dataset.store;
  let kept = {};
  try { kept = JSON.parse(localStorage.getItem(store) || "{}"); } catch (error) { kept = {}; }
  const parts = (item) => [item.querySelector(".points"), item.querySelector(".comment")];
  const good = (item) => {
    const text = parts(item)[0].value.trim();
    return text !== "" && Number(text) >= 0 && Number(text) <= Number(item.dataset.max);
  };
  const show = () => {
    const only = document.getElementById("only").checked;
    let done = 0;
    for (const item of items) {
      const filled = parts(item)[0].value.trim() !== "" || !parts(item)[0].validity.valid;
      item.classList.toggle("done", good(item));
      item.classList.toggle("wrong", filled && !good(item));
      item.hidden = only && good(item) && !item.contains(document.activeElement);
      done += good(item) ? 1 : 0;
    }
    document.getElementById("count").textContent = `已批 ${done} / ${items.length}`;
  };
  const keep = (item) => {
    const [points, comment] = parts(item);
    kept[item.dataset.key] = [points.value, comment.value];
    try { localStorage.setItem(store, JSON.stringify(kept)); } catch (error) { /* 存不进浏览器，导出照样可用 */ }
    show();
  };
  for (const item of items) {
    const [points, comment] = parts(item);
    const saved = kept[item.dataset.key];
    if (saved) { if (saved[0]) points.value = saved[0]; if (saved[1]) comment.value = saved[1]; }
    for (const box of [points, comment]) box.addEventListener("input", () => keep(item));
  }
  const quote = (text) => `"${(/^[=+\-@\t\r＝＋－＠]/.test(text) ? "'" : "") + text.replace(/"/g, '""')}"`;
  document.getElementById("only").addEventListener("change", show);
  document.getElementById("save").addEventListener("click", () => {
    const rows = items.filter(good).map((item) => [item.dataset.key, ...parts(item).map((box) => box.value)].map(quote).join(","));
    const text = "\ufeff" + ["编号,得分,评语", ...rows].join("\r\n") + "\r\n";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    link.download = sheet.dataset.file;
    link.click();
  });
  show();
})();
