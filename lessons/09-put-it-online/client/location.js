import $ from "/static/vendor/jquery.module.min.js";
import { destination } from "./direct.js";
import { request } from "./request.js";
import { copyOf } from "./template.js";

const SEARCH_TIMEOUT_MS = 10000;
// By GeolocationPositionError.code.
const FAILURES = {
  1: "You did not allow this page to know where you are. You can change that beside the address.",
  2: "Your location could not be found.",
  3: "Finding your location took too long. Try again.",
};

/** The location button: asks the browser, shows what would be sent, sends it. */
export function enableLocation(socket) {
  let place;
  let to;
  // Someone who closes the panel no longer wants the result of the last search.
  let search = 0;
  const close = () => {
    search++;
    $("#location").prop("hidden", true);
  };

  $("#location-share").on("click", () => {
    ({ to } = destination());
    if (!navigator.geolocation) return showStatus("This browser cannot tell where it is.");
    showStatus("Finding your location…");
    const number = ++search;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => number === search && showPreview((place = coords)),
      ({ code }) => number === search && showStatus(FAILURES[code]),
      { enableHighAccuracy: true, timeout: SEARCH_TIMEOUT_MS },
    );
  });
  $("#location-cancel").on("click", () => {
    close();
    $("#location-share").trigger("focus");
  });
  $("#location-send").on("click", async () => {
    const { latitude, longitude } = place;
    $("#location-send").prop("disabled", true);
    const { error } = await request(socket, "location:send", { latitude, longitude, to });
    $("#location-send").prop("disabled", false);
    if (error) $("#location-status").text(error.message);
    else close();
  });
  $(document).on("chat:left", close);
  // A place that was meant for one conversation goes to no other.
  $(document).on("channel:opened direct:opened", () => destination().to === to || close());
}

/** A link to the map, for the list of messages. */
export function placeLink(place, mapUrl) {
  const link = copyOf("#place-template");
  return link.attr("href", mapUrl).text(`📍 ${inWords(place)}`);
}

function showPreview(place) {
  const { latitude, longitude, accuracy } = place;
  showStatus(`You seem to be at ${inWords(place)}, give or take ${Math.round(accuracy)} m.`);
  const url = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  $("#location-map").attr("href", url);
  $("#location-map, #location-send").prop("hidden", false);
}

function showStatus(text) {
  $("#location").prop("hidden", false);
  $("#location-map, #location-send").prop("hidden", true);
  $("#location-status").text(text);
}

function inWords({ latitude, longitude }) {
  return `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
}
