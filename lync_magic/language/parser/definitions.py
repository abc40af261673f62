"""Definitions: script blocks with parameters and named blocks, functions, classes, enums, `using`, `data`."""

from __future__ import annotations

from lync_magic.language.lexer import tokens as t
from lync_magic.language.lexer.tokens import Token
from lync_magic.language.parser.classes import TypeDefinitionParser
from lync_magic.language.parser.core import COMMAND, SEPARATORS
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s

_STARTS_HEAD = frozenset("[UuPpBbEeCcDd")
"""What `using`, attributes, `param` and a named block start with."""
_STARTS_USING = frozenset("Uu")
_NAMED_BLOCKS = ("begin", "process", "end", "clean", "dynamicparam")


class Parser(TypeDefinitionParser):
    """The whole language."""

    # --- script blocks ---------------------------------------------------------------------------------------------

    def script_block(self, closing: str) -> s.ScriptBlock:
        """The inside of a script block up to `closing`, which stays; a whole script when it is ""."""
        start = self.position
        made = s.ScriptBlock if closing else s.Script
        if self.lead in SEPARATORS:
            self.skip_separators()
        if self.lead not in _STARTS_HEAD:
            blocks = self._unnamed(closing)
            return made(self.source, start, self.position, (), (), None, blocks)
        usings = self._usings()
        attributes, parameters = self._parameter_block()
        self.skip_separators()
        keyword = self.keyword(*_NAMED_BLOCKS)
        named = keyword is not None and self._block_follows(keyword)
        blocks = self._named_blocks(closing) if named else self._unnamed(closing)
        return made(self.source, start, self.position, usings, attributes, parameters, blocks)

    def _unnamed(self, closing: str) -> tuple[s.NamedBlock, ...]:
        start = self.position
        statements = self.statements_until(closing)
        return (s.NamedBlock(self.source, start, self.position, "end", statements, True),)

    def _usings(self) -> tuple[s.Using, ...]:
        found: list[s.Using] = []
        while self.lead in _STARTS_USING and (keyword := self.keyword("using")) is not None:
            found.append(self._using(keyword))
            self.skip_separators()
        return tuple(found)

    def _using(self, token: Token) -> s.Using:
        self.take(token)
        kind = self.next(COMMAND)
        names: list[str] = []
        while self.peek(COMMAND).kind not in (";", "}", ")", t.NEWLINE, t.END):
            names.append(self.spelled(self.next(COMMAND)))
        return s.Using(self.source, token.start, self.last_end, self.spelled(kind).lower(), " ".join(names))

    def _parameter_block(self) -> tuple[tuple[e.Attribute, ...], tuple[s.ParameterDeclaration, ...] | None]:
        """`[attributes] param(…)`; nothing is read where there is none."""
        before, before_end = self.position, self.last_end
        attributes = self.leading_attributes()
        keyword = self.keyword("param") if attributes is not None else None
        if keyword is None:
            self.go_back(before, before_end)
            return (), None
        self.take(keyword)
        self.skip_newlines()
        if self.lead != "(":
            self.go_back(before, before_end)
            return (), None
        return tuple(attributes or ()), self.declarations("param")

    def _block_follows(self, keyword: Token) -> bool:
        before, before_end = self.position, self.last_end
        self.take(keyword)
        self.skip_newlines()
        follows = self.lead == "{"
        self.go_back(before, before_end)
        return follows

    def _named_blocks(self, closing: str) -> tuple[s.NamedBlock, ...]:
        found: list[s.NamedBlock] = []
        while True:
            self.skip_separators()
            keyword = self.keyword(*_NAMED_BLOCKS)
            if keyword is None:
                break
            kind = str(keyword.value)
            if any(block.kind == kind for block in found):
                message = f"Script command clause '{kind}' has already been defined."
                self.fail(keyword.start, "DuplicateScriptCommandClause", message)
            self.take(keyword)
            message = f"Missing statement block after '{kind}'."
            body = self.block("MissingNamedStatementBlock", message)
            found.append(s.NamedBlock(self.source, keyword.start, self.last_end, kind, body.statements))
        if self.lead not in (closing, ""):
            token = self.peek(COMMAND)
            expected = "'begin', 'process', 'end', 'clean', or 'dynamicparam'"
            message = f"unexpected token '{self.spelled(token)}', expected {expected}."
            self.fail(token.start, "MissingNamedBlocks", message)
        return tuple(found)

    # --- definitions -----------------------------------------------------------------------------------------------

    def definition(self, token: Token, word: str) -> s.Statement | None:
        """A function, class, enum, `using` or `data`; the next token is its keyword."""
        if word == "using":
            return self._using(token)
        if word == "data":
            return self._data(token)
        if word == "workflow":
            message = "Workflow is not supported in PowerShell 6+."
            self.fail(token.start, "WorkflowNotSupportedInPowerShellCore", message)
        if word in ("class", "enum", "interface"):
            return self.type_definition(token, word, ())
        return self._function(token, word)

    def attributed_definition(self) -> s.Statement | None:
        """A class or enum with attributes before it; None where there is none."""
        before, before_end = self.position, self.last_end
        attributes = self.leading_attributes()
        keyword = self.keyword("class", "enum", "interface") if attributes else None
        if keyword is None:
            self.go_back(before, before_end)
            return None
        return self.type_definition(keyword, str(keyword.value), tuple(attributes or ()))

    def _function(self, token: Token, word: str) -> s.Function:
        self.take(token)
        name = self.peek(COMMAND)
        if name.kind in ("(", ")", "{", "}", ";", "|", "&", t.NEWLINE, t.END):
            self.fail_after("MissingNameAfterKeyword", f"Missing name after {word} keyword.")
        self.take(name)
        value = name.value if isinstance(name.value, str) and name.kind == t.GENERIC else self.spelled(name)
        self.skip_newlines()
        parameters: tuple[s.ParameterDeclaration, ...] | None = None
        if self.lead == "(":
            parameters = self.declarations(word)
            self.skip_newlines()
        opening = self.expect("{", "MissingFunctionBody", f"Missing {word} body in {word} declaration.")
        self.deeper(opening)
        body = self.script_block("}")
        self.close_brace(opening)
        self.depth -= 1
        return s.Function(self.source, token.start, self.last_end, word, value, parameters, body)

    def _data(self, token: Token) -> s.Data:
        self.take(token)
        name = ""
        if self.peek(COMMAND).kind == t.IDENTIFIER:
            name = self.spelled(self.next(COMMAND))
        while self.peek(COMMAND).kind == t.PARAMETER:
            self.next(COMMAND)
            self.argument()
        body = self.block("MissingStatementBlockForDataSection", "Missing data section statement block.")
        return s.Data(self.source, token.start, self.last_end, name, body)
