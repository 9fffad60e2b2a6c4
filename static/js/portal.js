// What pages do beyond plain HTML. Every module stands alone and finds its elements by data attributes.
import "./requests.js";
import "./keep.js";
import "./announce.js";
import "./dialog.js";
import "./focus.js";
import "./busy.js";
import "./copy.js";
import "./reveal.js";
import "./search.js";
import "./picker.js";
import "./themes.js";
