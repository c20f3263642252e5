import $ from "../../static/vendor/jquery.slim.module.min.js";

const viewer = document.querySelector("#viewer");

/** A click on a picture opens it over the page. The arrow keys lead to the other pictures that are loaded. */
export function enableViewer() {
  let links = [];
  let index = 0;

  const show = (wanted) => {
    if (!links[wanted]) return;
    index = wanted;
    const { href } = links[index];
    const name = links[index].querySelector("img").alt;
    $("#viewer-picture").attr({ src: href, alt: name });
    $("#viewer-name").text(name);
    $("#viewer-position").text(links.length > 1 ? `${index + 1} of ${links.length}` : "");
    $("#viewer-download").attr({ href, download: name });
    $("#viewer-previous").prop("disabled", index === 0);
    $("#viewer-next").prop("disabled", index === links.length - 1);
  };
  $("#message-list").on("click", ".file__picture", (event) => {
    // Let the browser open a new tab or window.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    links = $("#message-list .file__picture").get();
    show(links.indexOf(event.currentTarget));
    viewer.showModal();
  });
  $("#viewer-previous").on("click", () => show(index - 1));
  $("#viewer-next").on("click", () => show(index + 1));
  $(viewer).on("keydown", ({ key }) => {
    if (key === "ArrowLeft") show(index - 1);
    if (key === "ArrowRight") show(index + 1);
  });
  // A click beside the picture.
  $(viewer).on("click", ({ target }) => target === viewer && viewer.close());
  // So that a large picture does not flash before the next one.
  $(viewer).on("close", () => $("#viewer-picture").removeAttr("src"));
}
