"""For mkdocs: makes pages of what the documentation links to outside of docs/, so that every link of the site leads
somewhere. A file of the source becomes a page that shows it, a folder one that lists it."""

import pathlib
import re

from mkdocs.structure.files import File

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINK = re.compile(r"(\]\()([^)#:\s]+)((?:#[^)]*)?\))")
LANGUAGES = {".cpp": "cpp", ".h": "cpp", ".py": "python", ".sh": "bash", ".toml": "toml", ".cmake": "cmake"}


# The page of the op `index` would take the place of its folder's.
OTHER_NAMES = {"index.md": "index_.md"}


def outside(page, link):
    """The path from the root of what a page links to, where that lies outside of docs/; else None."""
    target = (ROOT / "docs" / page).parent / link
    if not target.resolve().is_relative_to(ROOT) or not target.exists():
        return None
    path = target.resolve().relative_to(ROOT)
    return None if path.parts[:1] == ("docs",) else path


def page_of(path):
    """Where the page for a file or folder of the source stands within docs/."""
    return f"source/{path}.md" if path.suffix != ".md" else f"source/{path}"


def text_of(path):
    target = ROOT / path
    if target.is_dir():
        entries = sorted(p.name + "/" * p.is_dir() for p in target.iterdir() if not p.name.startswith("."))
        return f"# {path}/\n\n" + "".join(f"- `{name}`\n" for name in entries)
    if path.suffix == ".md":
        return target.read_text()
    return f"# {path}\n\n~~~~{LANGUAGES.get(path.suffix, 'text')}\n{target.read_text()}~~~~\n"


def relative(page, target):
    return "/".join([".."] * page.count("/") + [target])


def rewritten(page, text, origin):
    """`text` with links out of docs/ led to the made pages, and links of a made page set right again."""
    def replace(match):
        path = outside(origin, match[2])
        if path is not None:
            return match[1] + relative(page, page_of(path)) + match[3]
        target = ((ROOT / "docs" / origin).parent / match[2]).resolve()
        if page != origin and target.exists() and target.is_relative_to(ROOT / "docs"):
            return match[1] + relative(page, str(target.relative_to(ROOT / "docs"))) + match[3]
        return match[1] + OTHER_NAMES.get(match[2], match[2]) + match[3]

    return LINK.sub(replace, text)


def on_config(config):
    """The table of contents: the first page of each folder, then the others by name."""
    def section(folder):
        pages = sorted(p.name for p in (ROOT / "docs" / folder).glob("*.md") if p.name != "README.md")
        first = ["README.md"] if (ROOT / "docs" / folder / "README.md").exists() else []
        return [f"{folder}/{OTHER_NAMES.get(name, name)}" for name in first + pages]

    folders = {"The mathematics": "math", "Guides": "guides", "Ops": "ops", "Decisions": "decisions"}
    loose = sorted(p.name for p in (ROOT / "docs").glob("*.md") if p.name != "README.md")
    config.nav = ["README.md", *({title: section(folder)} for title, folder in folders.items()), *loose]
    return config


def on_files(files, config):
    """Adds a page for everything that pages, and the pages made, link to."""
    files.append(File.generated(config, "ops/index_.md", content=(ROOT / "docs/ops/index.md").read_text()))
    wanted = [(f.src_uri, f.content_string) for f in files if f.src_uri.endswith(".md")]
    made = set()
    while wanted:
        origin, text = wanted.pop()
        for match in LINK.finditer(text):
            path = outside(origin, match[2])
            if path is None or path in made:
                continue
            made.add(path)
            if (ROOT / path).suffix in (".png", ".safetensors"):
                continue
            content, page = text_of(path), page_of(path)
            source = f"../{path}"  # as if it stood in docs/
            files.append(File.generated(config, page, content=rewritten(page, content, source)))
            if path.suffix == ".md":
                wanted.append((source, content))
    return files


def on_page_markdown(markdown, page, **_):
    return rewritten(page.file.src_uri, markdown, page.file.src_uri)
