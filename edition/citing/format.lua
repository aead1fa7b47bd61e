-- Formats citations by pandoc's citation processor: reads from standard input what styles.py says, writes what it made of it.
local asked = pandoc.json.decode(io.read("a"), false)
local references = pandoc.read(pandoc.json.encode(asked.items), "csljson").meta.references
local made = {}

local function text(blocks, format)
  return (pandoc.write(pandoc.Pandoc(blocks), format, {wrap_text = "none"}):gsub("\n+$", ""))
end

-- some styles set an entry in a block of its own
local unwrap = {Span = function(span) if span.classes:includes("csl-block") then return span.content end end}

for _, style in ipairs(asked.styles) do
  made[style.name] = {}
  for _, reference in ipairs(references) do
    local id = pandoc.utils.stringify(reference.id)
    local pinpoints, paragraphs = asked.pinpoints[id], {}
    if not pinpoints then goto continue end
    for i, pinpoint in ipairs(pinpoints) do -- empty braces: what follows is no locator of the style's, but our own words
      paragraphs[i] = pandoc.Para {pandoc.Cite({}, {pandoc.Citation(id, "NormalCitation", {}, pinpoint == "" and {} or {pandoc.Str((pinpoint:find("^passage") and "{}, " or ", ") .. pinpoint)})})}
    end
    local meta = {csl = style.path, references = {reference}, lang = style.lang, nocite = pandoc.Cite({}, {pandoc.Citation(id, "NormalCitation")})}
    local done = pandoc.utils.citeproc(pandoc.Pandoc(paragraphs, pandoc.Meta(meta))).blocks
    local cites = {}
    for i, pinpoint in ipairs(pinpoints) do cites[pinpoint] = text({done[i]}, "plain") end
    made[style.name][id] = {entry = text({pandoc.Plain(pandoc.utils.blocks_to_inlines(done[#done].content[1].content):walk(unwrap))}, "html"), cites = cites}
    ::continue::
  end
end
local bibtex = {}
for _, reference in ipairs(references) do
  bibtex[pandoc.utils.stringify(reference.id)] = pandoc.write(pandoc.Pandoc({}, pandoc.Meta {references = {reference}}), "bibtex", {wrap_text = "none"})
end
print(pandoc.json.encode {formatted = made, bibtex = bibtex})
