const KEY = "workshop:presentation";

/** The button that makes everything larger, for a room; remembered by the browser. */
export function enablePresentation() {
  const button = document.querySelector("#presentation");
  const show = (isLarge) => {
    document.documentElement.classList.toggle("is-presentation", isLarge);
    button.setAttribute("aria-pressed", String(isLarge));
  };
  show(localStorage.getItem(KEY) === "yes");
  button.addEventListener("click", () => {
    const isLarge = button.getAttribute("aria-pressed") !== "true";
    localStorage.setItem(KEY, isLarge ? "yes" : "no");
    show(isLarge);
  });
}
