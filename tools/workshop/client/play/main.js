import { enableCopy } from "./copy.js";
import { showDetails } from "./details.js";
import { showDiagram } from "./diagram.js";
import { enableFilters } from "./filters.js";
import { showLog } from "./log.js";
import { enableStage } from "./stage.js";
import { showTable } from "./table.js";
import { Tape } from "./tape.js";
import { enableTools } from "./tools.js";

const tape = new Tape();

enableFilters(tape);
enableTools(tape);
enableCopy(tape);
showTable(tape);
showDiagram(tape);
showDetails();
enableStage(tape, showLog());
