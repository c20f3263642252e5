import { enablePresentation } from "./presentation.js";

enablePresentation();
