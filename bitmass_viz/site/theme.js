// As a link asks, else as chosen before, else as the reader's system has it.
const html = document.documentElement;
const themes = ["auto", "light", "dark"];
function kept() {
  try {
    return localStorage.getItem("bitmass-theme");
  } catch {
    return null;
  }
}
const asked = /^#bitmass:(?:.*&)?theme=([a-z]+)/.exec(location.hash)?.[1] ?? kept();
if (themes.includes(asked)) html.dataset.bitmassTheme = asked;
document.addEventListener("DOMContentLoaded", () => {
  const choice = document.getElementById("theme-choice");
  if (!choice) return;
  choice.value = html.dataset.bitmassTheme;
  choice.addEventListener("change", () => {
    html.dataset.bitmassTheme = choice.value;
    try {
      localStorage.setItem("bitmass-theme", choice.value);
    } catch {
      // It holds for this page.
    }
  });
});
