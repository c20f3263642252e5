import $ from "../static/vendor/jquery.module.min.js";
import { send } from "./outbox.js";
import { copyOf } from "./template.js";

const SEARCH_TIMEOUT_MS = 10000;
// By GeolocationPositionError.code.
const FAILURES = {
  1: "You did not allow this page to know where you are. You can change that beside the address.",
  2: "Your location could not be found.",
  3: "Finding your location took too long. Try again.",
};

/** The location button: asks the browser, shows what would be sent, sends it. */
export function enableLocation() {
  let place;
  // Who closes the panel does not want the answer to the last search any more.
  let search = 0;
  const close = () => {
    search++;
    $("#location").prop("hidden", true);
  };

  $("#location-share").on("click", () => {
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
  $("#location-send").on("click", () => {
    const { latitude, longitude } = place;
    close();
    send("location:send", { latitude, longitude });
    $("#composer-body").trigger("focus");
  });
  $(document).on("channel:opening", close);
}

/** A link to the map, for the list of messages. */
export function placeLink(place) {
  const link = copyOf("#place-template");
  return link.attr("href", mapOf(place)).text(`📍 ${inWords(place)}`);
}

function showPreview(place) {
  showStatus(`You seem to be at ${inWords(place)}, give or take ${Math.round(place.accuracy)} m.`);
  $("#location-map").attr("href", mapOf(place));
  $("#location-map, #location-send").prop("hidden", false);
}

function mapOf({ latitude, longitude, mapUrl }) {
  return mapUrl ?? `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
}

function showStatus(text) {
  $("#location").prop("hidden", false);
  $("#location-map, #location-send").prop("hidden", true);
  $("#location-status").text(text);
}

function inWords({ latitude, longitude }) {
  return `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
}
