"""Our own short vocabulary of what hashtags are made of, without accents, and the compounds that are one word.

Not a dictionary: a tag with a word that is not here is taken for one word, so what is missing costs a hint, never a false alarm.
"""

from __future__ import annotations

from functools import cache

_EVERYWHERE = """
ai ia eu ue uk usa esg rse csr sdg ods hr rrhh it iot b2b b2c saas pyme sme stem cop cop30 cop31 mwc ces barcelona madrid valencia sevilla bilbao girona
tarragona lleida catalunya cataluna espana spain europe europa london londres paris berlin lisbon lisboa mallorca euskadi andalucia galicia aragon bcn
linkedin twitter google amazon microsoft tech fintech green startup startups marketing podcast webinar blog hackathon meetup networking coaching branding
covid latam africa asia america python java cloud smart data digital solar bim led event
"""
_EN = """
a about academy access accessibility accessible accountability achieve achievement act action active activism activity adoption advantage adventure advice
advocacy advocate after age agency agile agriculture air all allies alliance always amazing ambassador ambition analysis analytics and animal anniversary
annual answer app application apply apprentice apprenticeship april architecture are art article artificial ask at august author automation autonomy autumn awards
award aware awareness away baby back balance bank banking battery be beach beautiful beauty begin behind being belong belonging benefits best better between
beyond big bike bikes biodiversity birth birthday black blood blue board body bold book books boss brain brand brave break breakfast bright brilliant bring broadcast
budget bug build builder building bus business busy buy by call campaign campus can cancer car carbon care career careers cars cat celebrate celebration center centre
challenge champion chance change changemaker chain charge charger charging charity check chemistry chief child children choice choose christmas circular city cities civic civil clean
clear client climate clinic club coach coast code coder coding coffee collaboration college color colour come comes commerce communication communications community company
competition computer computing conference confidence connect connected connection conscious construction consulting consumer content control conversation cook cool corporate country
courage course create creating creation creative creativity creator crisis crowd culture curiosity customer customers cyclist cycling daily dark date daughter day days deal deals
december decision deep deliver delivery demand democracy design designer designers desk development developer developers dev dialogue difference different dinner director disability discover
discussion diverse diversity do doctor dog dogs doing donate done dont door down dream dreams drive driven driver driving earth easy eat ecology ecommerce economic economy
education efficiency efficient electric electricity electronics email emission emissions emotional employee employees employer employment empower empowered empowering empowerment end energy engage
engagement engine engineer engineering engineers english enjoy enterprise entrepreneur entrepreneurs entrepreneurship environment environmental equal equality equity ethics europe european evening event ever
every everyday evolution excellence excited exciting executive experience expert experts explore export eye fair faith fake family families fan farm farmer farmers farming fashion fast father
february feel feeling female feminism festival field fight film final finance financial find fire first fish fit fitness flexible flexibility flight flow fly focus follow food foods for forest forests
forward foundation founder founders free freedom freelance freelancer fresh friday friend friendly friends friendship from fruit fuel full fun funding future game gamer games gaming garden gas
gender general generation gift girl girls give giving global go goal goals going gold good government graduate graduates graduation grateful gratitude great grid ground group grow growing
growth guide guys habit hack hand hands happen happens happiness happy hard has have head health healthy hear heart heat heating hello help helping her hero heroes hidden high higher hire hiring
history hiring holiday holidays home homes honest honor hope hospital hospitality hot hotel hour house housing how human humanity humans hydrogen idea ideas identity impact important
improve improvement in inclusion inclusive income independence independent industrial industry info information infrastructure innovate innovation innovations innovative innovator innovators insight insights
inspiration inspire inspired inspiring install installation insurance integration integrity intelligence interior intern interns internship international internet interview investing investment investor
investors is island issue it its january job jobs join journalism journalist journey joy july june just justice keep key kids kind kindness kitchen know knowledge lab labs land language large last
latest launch law lead leader leaders leading learn learned learner learning learnt legal lesson lessons level liberty library life light lighting like line listen literacy little live lives living local
logistics london long look lottery love loves low luck lunch machine made magic make maker makers making man manage management manager managers manufacturing many map march maritime market markets
master matter matters may me meal media medical medicine meditation meet meeting members memories men mental mentor mentors mentoring mentorship message metal method milestone military mind minds mindset
mission mobile mobility model modern moment moments monday money monitor month mood more morning most mother motivation motivational mountain move movement moves movie moving much museum music musical my
nation national natural nature need net neutral never new news next night no not november now nuclear nurse nurses nutrition ocean october of off office offshore oil old on one open opening opportunity
opportunities or order organic organization orgullo other our own painting panel panels paper parent parents parenting park part partner partners partnership party passion past path pay
peace people perfect performance person personal pet phone photo photography physics pic picture place plan planet planning plant plants plastic platform play player playing please plus poetry police policy political politics
pollution pool poor positive positivity possible power powered practice prepare presentation pressure prevention price pride print privacy private prize problem process product productive productivity products
professional professionals profit program programmer programming progress project projects proud public publishing pump pumps purpose quality quantum question quick quiet quit quote quotes race radio rail rain read reading
ready real reality recipe recipes recovery recruiter recruiting recruitment recycle recycled recycling red reduce refugee regulation relations relationship relationships release reliable remote renewable renewables repair report
representation research researcher resilience resilient resource resources respect responsibility responsible restaurant result results retail return reuse review revolution ride right rights risk river road robot robotics
role room rooftop rules run runner running rural safe safer safety sale sales saturday save saving savings scale school schools science scientist scientists sea season security see self sense september series
service services sets share sharing she shift shipping shop shopping short show side simple single sister site skill skills sky sleep slow small social society software soil solution solutions
song soon soul sound source space speak speaker speaking special speech speed spirit sport sports spring staff stage stand standard start started state station stay step stock stop storage store
stories story strategic strategy strength stress strong student students studio study style success successful summer summit sun support supply supporting surf sustainability sustainable sweet system systems take talent talents talk
talks target tax teach teacher teachers teaching team teams technical technology television test testing thank thankful thanks that the theater their then there they thing things think thinking this thoughts thought throwback
thursday time tip tips to together tomorrow too tool tools top tour tourism town trade traffic trail train trainer trainers training transform transformation transformational transition transparency transport travel tree trees trend trends true
trust truth try tuesday turbine turbines tutorial two ultimate union united universe university up update urban use user users vacation value values vegan video videos view vintage virtual vision
visit vlog voice voices volunteer volunteering volunteers walk walking wall want war was waste watch water wave way ways we wealth wear weather web wedding wednesday week weekly welcome wellbeing wellness were west what
when where white who why wildlife will win wind window wine winner winning winter with without woman women wonderful wood word words work worker workers working workplace works workshop world worldwide
write writer writers writing year years yes yoga you young your yourself youth zero zone weekend lifestyle teamwork
"""
_ES = """
a abierta abierto abril academia accesibilidad accesible accion aceite actitud actividad actualidad adios afectivo agenda agosto agua agradecida agradecido agricultura ahora ahorro aire al alegria alimentacion alimentos
alta alto alumnos amistad amigos amor analisis andalucia animal animales ano anos ansiedad aprende aprender aprendizaje arte asi arquitectura ayuda ayudar ayuntamiento azul baile banco barrio belleza bici bicicleta bien bienestar biodiversidad bonito bosques buen
buena buenas bueno buenos busco busqueda cada calidad calle calor cambio cambios camino campana campo cancer capital casa casas causa celebracion celebramos centro cerca ciberseguridad ciencia cientificas cine circular ciudad ciudadania ciudades clase clientes clima climatica
climatico coche coches cocina colaboracion colaborar color comer comercio como companeras companeros compartir competencias competitividad compra compromiso comunicacion comunidad comunidades con conciencia conciliacion conferencia confianza conocimiento consejo consejos
construccion construyendo consumo contenido contenidos contigo contra corazon correr cosas crear creacion creatividad crecer creciendo crecimiento crisis cuando cuentas cuidado cuidados cuidar cultura curso datos de deberes del democracia
deporte derecho derechos desafio desarrollo descarbonizacion descubre desde despues dia dias diferente digitales digitalizacion dinero direccion discapacidad disfrutar diseno diversidad domingo donde economia ecologia ecologica ecologico
editorial educacion educar eficiencia eficiente ejemplo el electrica electrico electricos elecciones emocional emociones emocion emprende emprendedor emprendedora emprendedoras emprendedores emprender emprendimiento empresa empresas empresarial empleado empleados
empleo en enero energetica energetico energia energias enfermeria equidad equipo equipos equilibrio es escuela escuelas escucha ese espacio espana especial esperanza esta estamos este estilo estrategia estudiantes etica etico europea eventos excelencia exito
experiencia experiencias exportacion familia familias febrero feliz felices felicidad felicidades feria fiesta fin final financiera finanzas fisica flores formacion foto fotos fotografia fuerte fundacion fuera futbol futuro ganas gastronomia generacion generaciones
genero gente gestion gobierno gracias gran grande grandes grupo grupos guapa guia habilidades hablemos hacer hacia hasta hecho hidrogeno hijos historia historias hombre hombres hogar hogares hora hospital hoy humana humano humanos idea ideas idiomas igual igualdad impacto
importa importante impulsar inclusion inclusiva inclusivo industria informacion ingenieria ingenieras ingenieros ingenio iniciativa innovacion innovadora innovando innovar inspiracion instalacion inteligencia inteligente inteligentes internacional inversion investigacion
investigadoras invierno ir jovenes jornada jornadas juegos juego jueves julio junio juntas juntos justa justicia justo la laboral laborales las legal leer lectura lengua ley libertad libre libro libros lider lideres liderazgo lo local los lucha luchando lunes luz
madre madres madrid maestros manana mano manos mar marca marcas marcha martes marzo mas mayo mayores me medicina medio medioambiente medios mejor mejora mejorar mejores mental mentoria mercado mercados mes meta metas mi miercoles mis mision moda momento momentos montana
motivacion motor movilidad movimiento mucho mujer mujeres mundial mundo museo musica muy nacional natural naturaleza navidad negocio negocios neutralidad nina ninas nino ninos no noche noches nos nosotras nosotros noticias noviembre nuestra nuestras nuestro nuestros nueva nuevas nuevo nuevos nunca
nutricion o objetivo objetivos octubre oferta ofertas oficina ojos opinion oportunidad oportunidades organizacion orgullo orgullosa orgullosos otono oxigeno paciencia padres pagina pais paises palabras para participa pasion patrimonio paz
pedagogia peliculas pensar personal personas personales planeta plantas playa poder poesia politica politicas por porque posible positiva positivo practicas precio premio premios presente prevencion primavera primer primera primero privacidad problema proceso producto productividad productos
profesion profesional profesionales programa programacion progreso proposito proteccion proximo proximos proyecto proyectos psicologia publica publicidad publico pueblo pueblos que quiero reciclaje recicla reciclar recursos red redes reflexion reflexiones regalo relaciones reloj renovable renovables reputacion residuos resiliencia respeto responsabilidad
responsable restaurante resultados reto retos reunion revolucion rural ruta sabado saber sabor sabores sala salud salvemos sanidad se sector segura seguridad seguro seguros semana semanas ser servicio servicios servicios siempre siglo sin sistema sistemas sobre social sociales sociedad software sol solar solidaridad solidario solucion soluciones somos
sonrisa sostenibilidad sostenible sostenibles soy su suenos suerte sur talento talentos taller talleres tarde te teatro tecnologia tecnologias tecnologica teletrabajo tendencias tenemos termica tiempo tiempos tienda tierra toda todas todo todos trabaja trabajadores trabajando trabajar trabajo trabajos
tradicion transformacion transicion transparencia transporte tren tu turismo tus un una unidas unidos union universidad urbana urbano vacaciones vacuna valor valores vamos vehiculo vehiculos venta ventas verano verdad verde verdes vez viaje viajes viajar vida vidas viernes viento violencia vista visita viva vivienda viviendas vivir
voluntariado voluntarios voz y ya yo yoga zona
"""
_CA = """
a abril acces accessibilitat accio actitud activitat activitats agenda agost agricultura ahir aigua aire ajuda ajuntament al alegria alimentacio als amb amic amics amistat amor analisi any anys aprenem aprendre aprenentatge ara aquest arquitectura art arts associacio atencio audiovisual autonomia avui barri barris
be bici bicicleta bo bon bona bones bons bosc boscos cada calor cami camins campanya canvi canvis capital casa cases causa catala catalana cel celebrem celebracio centre cerca ciberseguretat ciencia cientifiques cinema circular ciutadania ciutat ciutats classe clients clima climatic climatica
collaboracio collaborem color comarca comerc companyes companys compartir competencies compra compres compromis comunicacio comunitat comunitats conciliacio confianca coneixement connectem consell consells construccio construint consum contra cor correr cosa coses cotxe creacio creativitat crear creixem creixement creixer crisi
cuina cuidem cultura cura curs dades dana de debat dels democracia desafiament descarbonitzacio descobreix desembre desenvolupament despres dia dies digitals digitalitzacio dijous dilluns dimarts dimecres diners direccio disseny dissabte diumenge divendres diversitat docents dona dones dret drets economia
ecologia ecologic ecologica edificis educacio eficiencia eficient el electric electrica electrics els emocional emocions emprenedor emprenedora emprenedores emprenedoria emprenedors empresa empresarial empreses en energetica energetiques climatiques culturals digital energetic energia energies enginyeria enginyeres entitats entre equip equips equilibri equitat
es escola escoles espai espais esport esports essencial estalvi estem estil estiu estrategia estudiants etica europea events excellencia exit experiencia experiencies familia families febrer feina feines feliç felic felicitats fem feminisme fer festa festes festival fets final financera finances fira flors formacio forca fotografia foto fotos fundacio
fusta futbol futur ganes gaudim gas gastronomia gener generacio generacions genere gent gestio govern gracies gran grans grup grups guia habilitats habitatge habitatges historia histories hivern home homes hospital humana humans i idea idees igualtat impacte important impulsem impuls inclusio inclusiva inclusiu industria
informacio iniciativa innovacio innovem innovadora inspiracio intelligencia intelligent internacional inversio investigacio investigadores ja jocs joves jornada jornades juliol junts juntes juny justa justicia la laboral laborals les lectura lideratge llei llengua llibertat lliure llibre llibres llocs lloc llum local locals lluita
maig mar marca mare mares marc mati medi mental mentoria mercat mercats mes mestres meva millor millora millorem millors ment mobilitat moda moments moment mon motivacio moviment muntanya mundial museu musica nacional nadal natura natural negoci negocis nena nenes nens neutralitat nit no nord nosaltres nostra nostre nostres
noticies nous nou nova noves novembre objectiu objectius obert oberta obrim octubre oferta oficina opinio oportunitat oportunitats organitzacio orgull orgullosa pais pares participacio participa passio patrimoni pau paraules pedagogia per perque persona personal persones pla planeta plaques platja poble pobles poder poesia politica politiques
possible practiques premi premis present prevencio primavera primer primera proces producte productes productivitat professio professional professionals programa programacio progres proper projecte projectes proposit proteccio proximitat psicologia publica public punt que qualitat reciclatge recicla reciclem recerca
recursos reflexio relacions renovable renovables repte reptes residus resiliencia respecte responsabilitat responsable resultats reunio revolucio ruta rural salut salvem sanitat seguretat segura semana sempre ser servei serveis sense setembre setmana sistema sistemes sobre social socials societat sol solar solidaritat solucio solucions som
somriure sostenibilitat sostenible sostenibles suport talent talents taller tallers tardor tecnologia tecnologies tecnologica teletreball temps tenim terra territori teva tot tota totes tothom tots tradicio transformacio transicio transparencia transport treball treballa treballar treballem treballs tren turisme tu un una units
unio universitat urba urbana us vacances valor valors vehicle vehicles vent verd verda verds veu veus viatge viatges vida vides vila vine visca visio visita viu viure voluntariat voluntaris vull xarxa xarxes xics zona
"""
_COMPOUNDS = """
afternoon airline airlines airport airplane allstar another anyone anything anytime anyway armchair backbone backdrop background backpack backstage backup backyard bankrupt baseball basketball because become becoming bedroom before behalf behind
bestseller birthday birthplace blackboard blockchain bloodline blueprint bluetooth boardroom bookshop bookstore brainstorm brainstorming breakdown breakfast breakthrough broadband broadcast businessman businesswoman carpark carpool caretaker carefree
careful catwalk chairman changemaker changemakers chatbot cheerleader childbirth childcare childhood classmate classroom cleantech clickbait cloudy coastline codebase colleague copyright courtyard coworker coworking coworkers craftsman craftsmanship crossroads crowdfunding
crosswalk cupcake cyberspace dashboard database dataset daylight daytime deadline downtown daycare dreamland earthquake ebook ecosystem edtech elearning email everyday everyone everything everywhere eyewitness facebook fairplay farmhouse fatherhood feedback filmmaker filmmaking
fireplace fireworks fishing flashback football footprint forever forget forgive forward foundation framework freelance freestyle friendship fulltime fundraiser fundraising gamechanger gameplay girlfriend github gitlab goodbye goodwill grassroots greenhouse greenwashing groundbreaking groundwater guideline guidelines
handmade handover handshake handwriting hardware hardship hashtag headline headquarters headset healthcare healthtech heartbeat heatwave herself highlight highlights highway himself hometown homemade homepage homework horsepower hotspot household however housewife housekeeping
humankind iceland income indoor inside insight insights install instead internship into ireland island itself itinerary jobseeker keyboard keynote knowhow landmark landscape laptop launchpad layout leadership lifecycle lifelong lifestyle lifetime lighthouse livestream livestreaming lockdown lookout makeover makeup
mainstream manifest mankind manpower marathon marketplace masterclass masterpiece meantime meanwhile membership microsoft midnight milestone mindful mindfulness mindset moonlight moreover motherhood motorbike myself network networking newcomer newcastle newsletter newspaper nobody nothing notebook nowhere
nutshell offer office offline offshore online onboarding onsite ongoing openai openness otherwise ourselves outcome outcomes outdoor outdoors outfit outlook output outreach outside outsource outsourcing outstanding overall overcome overnight overview overwhelm ownership painting paperwork parenthood partnership partnerships
passport password payday payoff peacekeeping photoshop playful playground playlist playstation policymaker policymakers powerful powerhouse powerpoint programme proptech quarterback railroad rainbow rainforest rainwater readiness redbull redhat roadmap roadshow rooftop runway safeguard safeguarding sailboat salesforce salesman
schoolwork seaside season shareholder shipyard shortcut showcase showroom sidewalk skyline skillset smartphone smartwatch snapchat snowboard soundtrack software somebody someday someone something sometime sometimes somewhere soulmate spaceship speedup spotlight springboard stakeholder stakeholders standalone standup
startup startups stayed streaming storyline storyteller storytelling storyboard stronghold sunday sunflower sunlight sunrise sunset sunshine supermarket surfboard sustainability sweetheart takeaway takeaways takeover teacher teambuilding teammate teammates teamwork thankful thanksgiving themselves therefore throwback thursday timeline timeless
timetable today tomorrow together toolbox toolkit touchpoint trademark tradeoff trailblazer trailblazers transform transport travelling tuesday turnover turning tutorial underground understand understanding update updates upgrade uplift upload upskill upskilling uptime upward watercolor waterfall waterfront waterproof wealth website websites weekday weekend
weekends weekly welcome wellbeing wellness whatever whatsapp wheelchair whenever whiteboard wholesale wildfire wildlife windmill windows windsurf within without womanhood wonderful woodland wordpress workflow workforce workload workout workplace workplaces workshop workshops workspace worldwide worthwhile youtube youtuber yourself
formatter whereabouts alongside everybody highlighting highlighted controlled forgiving shortage storage anybody legalese
metadata desktop firewall keyword keywords watchdog stopwatch cookbook likewise undergraduate postgraduate fireman firefighter firefighters policewoman policeman salesperson nevertheless callback timezone checkout
cutover standby standpoint viewpoint endpoint breakage heritage package message passage tooltip bluesky whitepaper whitepapers newspeak roundtable toolchain workbook casebook handbook yearbook lookbook notebooks smalltalk deadline baseline guideline pipeline pipelines headlights
spotlight waterway railway motorway gateway pathway getaway runaway leeway doorway hallway stairway subway driveway firsthand secondhand beforehand farmland wasteland homeland woodwind stateless timeless careless
adios ahora alrededor altavoz anoche anteayer asimismo aunque baloncesto balonmano bienestar bienvenida bienvenidas bienvenido bienvenidos buenaventura cercano cercania compostela comodidad conmigo consigo contigo contraste contracultura contraportada cortometraje cualquier cumpleanos demas democracia desde despues
ecoturismo enhorabuena entonces espectador familiares guardaespaldas hispanoamerica latinoamerica limpiaparabrisas malestar mediodia medianoche medioambiente medioambiental medioambientales microempresas motocicleta nochebuena nochevieja obra paraguas pararrayos parasol pasatiempo pasaporte porque porvenir portavoz puntocom quehacer quienquiera rascacielos
salvavidas sobremesa sobretodo sinfin sino sociedad teletrabajo tambien tampoco tiovivo todavia todoterreno trabalenguas vaiven videojuego videojuegos vicepresidenta vicepresidente ayuntamientos sudamerica superacion supermercado superheroe
aixopluc aleshores altaveu aparcament avantguarda benestar benvingut benvinguda benvinguts benvingudes capgros capvespre cinemateca correfoc gratacel gratacels malgrat mediambiental migdia mitjanit motxilla nadala nomes parallamps paraigua paracaigudes passaport perque portaveu posat potser quasi rodamon sobretaula sobretot
tanmateix teletreball tothom trencaclosques trencanous vistiplau videojoc videojocs viatjar benefactor bonavista montserrat vilanova vilafranca sabadell terrassa figueres badalona puigcerda pamplona castellon santander zaragoza alicante salamanca
"""


@cache
def languages() -> tuple[dict[str, float], ...]:
    """Per language, word → cost: long words are cheap by the letter, plurals come along."""
    shared = [*_EVERYWHERE.split(), *_COMPOUNDS.split()]
    return tuple(
        _costs([*words.split(), *shared], plural)
        for words, plural in ((_EN, ("s",)), (_ES, ("s", "es")), (_CA, ("s",)))
    )


def _costs(words: list[str], plurals: tuple[str, ...]) -> dict[str, float]:
    forms = {*words, *(word + plural for word in words if len(word) >= 4 for plural in plurals)}
    return {plain(form): 1 + 3 / len(form) for form in forms}


@cache
def singles() -> frozenset[str]:
    """Compounds that are one word, and every word of the vocabulary itself."""
    compounds = {plain(word) for word in _COMPOUNDS.split()}
    return frozenset(compounds | {word + "s" for word in compounds}).union(*(costs.keys() for costs in languages()))


LOOSE = frozenset(
    [
        "any",
        "art",
        "back",
        "book",
        "case",
        "day",
        "down",
        "end",
        "ever",
        "eye",
        "fire",
        "free",
        "green",
        "head",
        "here",
        "hand",
        "house",
        "key",
        "land",
        "life",
        "light",
        "line",
        "long",
        "man",
        "men",
        "note",
        "off",
        "old",
        "one",
        "out",
        "over",
        "room",
        "safe",
        "sea",
        "self",
        "set",
        "side",
        "sky",
        "snow",
        "some",
        "stand",
        "step",
        "stop",
        "sun",
        "there",
        "time",
        "tree",
        "up",
        "view",
        "walk",
        "wall",
        "water",
        "way",
        "weather",
        "web",
        "wind",
        "wise",
        "woman",
        "women",
        "wood",
        "work",
        "works",
    ]
)
"""Halves of many compounds: with another short word they are taken for one word (`keyboard`, `firewall`)."""
_PLAIN = str.maketrans("áàâäãéèêëíìîïóòôöõúùûüçñ", "aaaaaeeeeiiiiooooouuuucn")


def plain(word: str) -> str:
    """Without accents; every letter stays one letter, so that offsets hold. `l·l` is written `ll`."""
    return word.translate(_PLAIN)
